/** True for a name or an address by which only this machine is reached; an address of version 6 may be in brackets. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);

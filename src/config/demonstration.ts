import type { Environment } from './environment.ts';
import { isLoopback } from './loopback.ts';

/**
 * Why these settings refuse demonstration data, a sentence each; none where they may be shown. Their password is public:
 * they are never shown beyond this machine, nor in production.
 */
export function demonstrationFaults({ host, production, trustProxy, baseUrl }: Environment): string[] {
  if (production) return ['DATABASE_URL: holds demonstration data, which production refuses'];
  const isPublic = 'and the password of the demonstration data is public';
  const { hostname } = new URL(baseUrl);
  return [
    ...(isLoopback(host) ? [] : [`HOST: ${host} is not loopback, ${isPublic}`]),
    // Who puts a proxy in front means to be reached from elsewhere.
    ...(trustProxy === 0 ? [] : [`TRUST_PROXY: a proxy stands in front, ${isPublic}`]),
    ...(isLoopback(hostname) ? [] : [`BASE_URL: ${hostname} is not loopback, ${isPublic}`]),
  ];
}

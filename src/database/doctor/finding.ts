/** One thing that was looked at, and how it is. */
export interface Finding {
  level: 'OK' | 'WARN' | 'FAIL';
  /** What was looked at: a word or two. */
  subject: string;
  told: string;
  /** What to do about it, where something is to be done. */
  remedy?: string;
}

export const ok = (subject: string, told: string): Finding => ({ level: 'OK', subject, told });

export const warn = (subject: string, told: string, remedy: string): Finding => ({
  ...ok(subject, told),
  level: 'WARN',
  remedy,
});

export const fail = (subject: string, told: string, remedy: string): Finding => ({
  ...ok(subject, told),
  level: 'FAIL',
  remedy,
});

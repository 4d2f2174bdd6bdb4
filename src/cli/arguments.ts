import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Says what is wrong with the command, and stops with exit code 2; with another where it is not how it was typed. */
export function refuse(sentence: string, code = 2): never {
  console.error(sentence);
  process.exit(code);
}

/** The options of a command; an unknown one, or a stray word, stops it with a sentence and exit code 2. */
export function readArguments<const T extends Options>(options: T) {
  try {
    return parseArgs({ options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** The options of a command that also takes words, such as a file. */
export function readArgumentsAndWords<const T extends Options>(options: T) {
  try {
    return parseArgs({ options, strict: true, allowPositionals: true });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** A whole number within bounds; anything else stops the command with a sentence and exit code 2. */
export function wholeNumber(option: string, value: string, [least, most]: readonly [number, number]): number {
  const number = Number(value);
  if (/^\d{1,15}$/.test(value) && number >= least && number <= most) return number;
  return refuse(`--${option} must be a whole number from ${least} to ${most}.`);
}

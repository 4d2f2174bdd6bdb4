import { parseArgs } from 'node:util';
import { npmTook } from '../config/environment.ts';

/** An option of a command, and what there is to say of it. */
interface Option {
  type: 'string' | 'boolean';
  default?: string | boolean;
  /** What it takes, as its help shows it: `FILE`. */
  value?: string;
  /** True for what its help shows without brackets. */
  required?: boolean;
  about: string;
}

type Options = Readonly<Record<string, Option>>;

/** A command as it is asked for, and what its `--help` says. */
interface Command<T extends Options> {
  /** As people type it: `npm run populate`. */
  name: string;
  about: string;
  /** The word that it takes beside its options, `FILE`, or those that it may, `[NAME] [NAME]`. None unless told. */
  words?: string;
  options?: T;
}

/** Says what is wrong with the command, and stops with exit code 2; with another where it is not how it was typed. */
export function refuse(sentence: string, code = 2): never {
  console.error(sentence);
  process.exit(code);
}

/**
 * What a command was asked with. `--help` says what there is to know, and ends; an unknown option, a stray word or a
 * missing value stops it with a sentence, what it has, and exit code 2.
 */
export function readArguments<const T extends Options>(command: Command<T>) {
  const { options = {} as T, words } = command;
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(helpOf(command));
    process.exit(0);
  }
  refuseTaken(command);
  try {
    const { values, positionals } = parseArgs({
      args,
      options,
      strict: true,
      allowPositionals: words !== undefined,
    });
    if (words !== undefined && !words.startsWith('[')) requireOne(command, positionals);
    return { ...values, words: positionals };
  } catch (error) {
    // The first sentence says what it is; the others speak of what a positional argument is.
    const [fault = ''] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    return refuse(`${fault}.\n\n${helpOf(command)}`);
  }
}

/** One word, that says something. */
function requireOne<T extends Options>(command: Command<T>, [word, ...others]: string[]): void {
  if (word !== undefined && word.trim() !== '' && others.length === 0) return;
  const told =
    others.length > 0 ? `takes one ${command.words}, not ${others.length + 1}` : `needs a ${command.words}`;
  refuse(`${command.name} ${told}.\n\n${helpOf(command)}`);
}

/** Without `--` before them npm takes options for its own, and says so in a line that `-s` hides. */
function refuseTaken({ name, options = {} }: Command<Options>): void {
  const taken = Object.keys(options).find(npmTook);
  if (taken !== undefined)
    refuse(`npm took --${taken} for itself: type it after --, as in ${name} -- --${taken}.`);
}

/** The usage of a command, what it does, and its options, a line each. */
function helpOf({ name, about, words, options = {} as Options }: Command<Options>): string {
  const drawn = Object.entries(options).map(([option, { type, value = 'VALUE', ...rest }]) => ({
    ...rest,
    usage: type === 'string' ? `--${option} ${value}` : `--${option}`,
  }));
  const shown = drawn.map(({ usage, required }) => (required ? usage : `[${usage}]`));
  const width = Math.max(0, ...drawn.map(({ usage }) => usage.length));
  const given = [words, ...shown].filter((part) => part !== undefined);
  return [
    `Usage: ${name}${given.length > 0 ? ` -- ${given.join(' ')}` : ''}`,
    about,
    ...drawn.map(
      ({ usage, about: what, default: fallback }) =>
        `  ${usage.padEnd(width)}  ${what}${typeof fallback === 'string' ? ` (${fallback})` : ''}`,
    ),
  ].join('\n');
}

/** A whole number within bounds; anything else stops the command with a sentence and exit code 2. */
export function wholeNumber(option: string, value: string, [least, most]: readonly [number, number]): number {
  const number = Number(value);
  if (/^\d{1,15}$/.test(value) && number >= least && number <= most) return number;
  return refuse(`--${option} must be a whole number from ${least} to ${most}.`);
}

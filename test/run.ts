import { readArguments } from '../src/cli/arguments.ts';
import { runTests } from './tools/suite.ts';

const { words } = readArguments({
  name: 'npm test',
  about: 'Every test, or those of the files whose path has one of these words in it.',
  words: '[NAME] [NAME]',
});
const { succeeded } = await runTests(words);
process.exit(succeeded ? 0 : 1);

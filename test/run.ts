import { readArguments } from '../src/cli/arguments.ts';
import { runTests } from './tools/suite.ts';

const { words, update } = readArguments({
  name: 'npm test',
  about: 'Every test, or those of the files whose path has one of these words in it.',
  words: '[NAME] [NAME]',
  options: {
    update: {
      type: 'boolean',
      about: 'write the snapshots (*.snapshot) anew: read what changed before you keep it',
    },
  },
});
const { succeeded } = await runTests(words, { update });
process.exit(succeeded ? 0 : 1);

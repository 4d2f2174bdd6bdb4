/** Codes of the organisms that nobody administers, in the demonstration and in a population: Ucanss decides there. */
export const WITHOUT_ADMINISTRATOR: readonly string[] = ['DRSM-98', 'INST410', 'MNC'];

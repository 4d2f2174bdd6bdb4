/** A line of a file as its reader gives it: its number in the file, from 1, and its cells in their order. */
export interface RawLine {
  line: number;
  cells: string[];
}

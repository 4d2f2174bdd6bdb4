/** What a cell shows on the page. */
export interface Cell {
  text?: string;
  href?: string | null;
  /** In the place of the text, an e-mail address. */
  mail?: string;
  /** In its place too, an instant. */
  at?: Date;
  tags?: readonly { kind: string; text: string; drawn?: boolean }[];
  /** Said where there is no text. */
  none?: string;
  detail?: string | null;
  detailMail?: string;
}

/** An act of a row: a button whose form leads to the page before the act, or that acts at once (`post`), or a link. */
interface RowAct {
  label: string;
  /** Read, not drawn: whom or what it is about. */
  complement: string;
  icon?: string;
  action?: string;
  post?: boolean;
  href?: string;
  primary?: boolean;
  /** Of what the act is about, where the page covers several organisms. */
  perimetre?: string | undefined;
  fields?: readonly { name: string; value: string }[];
}

export interface RowActs {
  acts: readonly RowAct[];
  /** Why nothing can be done here. */
  lock?: string | null;
  /** What is already so. */
  tag?: { kind: string; text: string };
}

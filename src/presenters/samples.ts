import { paths } from '../paths.ts';

/** A component of views/components in one of its states. */
interface State {
  /** What the state is, in words. */
  label: string;
  /** Its parameter. */
  value: unknown;
}

/** A component that is drawn by itself: its parameter has this name. */
export interface Sample {
  component: string;
  parameter: string;
  /** True for one that has a place of its own on a page: each sheet shows one of its states. */
  once?: true;
  states: readonly State[];
}

/** Where what leads somewhere leads. */
export const HERE = paths.demonstrationComponents;
/** As long as a sentence may be. */
export const LONG =
  'Un texte aussi long que ce que l’on en dit quand il y a beaucoup à dire, et qui doit tenir sur plusieurs lignes sans rien pousser de côté, à la largeur d’un téléphone comme à celle d’un bureau.';
export const LONG_NAME = 'Marie-Christine de la BOURDONNAYE-MONTLUC-SAINT-GERMAIN';

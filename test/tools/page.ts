import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type CheerioAPI, load } from 'cheerio';

/** Text as it is read: spaces of every kind are one space. */
export const clean = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** What no page may have without words: a title, a heading, what is pressed, filled in or followed. */
const WORDED = 'title, h1, h2, h3, button, label, legend, summary, th, dt, a[href]';

/** What of a page has no words at all, as its elements are written. */
function wordless($: CheerioAPI): string[] {
  return $(WORDED)
    .toArray()
    .filter((element) => clean($(element).text()).replace(/^– .*/, '') === '')
    .filter((element) => !element.attribs['aria-label'])
    .map((element) => $.html(element));
}

/** An answer of the portal, read as a page where it is one. */
export class Page {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly #status: number;
  #isExpected: boolean;
  #parsed: CheerioAPI | undefined;

  constructor(path: string, status: number, headers: IncomingHttpHeaders, bytes: Buffer) {
    this.path = path;
    this.#status = status;
    this.#isExpected = status < 400;
    this.headers = headers;
    this.bytes = bytes;
  }

  /** Who looks at it says what they expect: an error is then read as any page. */
  get status(): number {
    this.#isExpected = true;
    return this.#status;
  }

  /** The same page, which is an error of this status. */
  refused(status: number): this {
    if (this.status !== status) throw new Error(`${this.path} answered ${this.#status}, not ${status}`);
    return this;
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  get $(): CheerioAPI {
    if (this.#parsed) return this.#parsed;
    const parsed = load(this.text);
    const silent = wordless(parsed);
    if (silent.length > 0) throw new Error(`${this.path} has something without words: ${silent.join(' ')}`);
    this.#parsed = parsed;
    return parsed;
  }

  /** The same page as another tab had it open: its forms have keys of their own. */
  get inOtherTab(): Page {
    const text = this.text.replace(
      /(name="_cle" value=")[^"]*/g,
      (_, before) => before + randomBytes(16).toString('base64url'),
    );
    return new Page(this.path, this.#status, this.headers, Buffer.from(text));
  }

  /** A page in error lists nothing: it must not pass for an empty list. */
  #read(selector: string) {
    if (!this.#isExpected)
      throw new Error(`${this.path} answered ${this.#status}, which nobody expected: ${this.heading}`);
    return this.$(selector).toArray();
  }

  /** What the selector finds, as texts. */
  texts(selector: string): string[] {
    return this.#read(selector).map((element) => clean(this.$(element).text()));
  }

  /** It says by itself that a page is an error. */
  get heading(): string {
    const headings = this.$('h1').toArray();
    return headings.map((element) => clean(this.$(element).text())).join(' | ');
  }

  /** What the page announces. */
  get notices(): string[] {
    return this.texts('main [role=status], main [role=alert]');
  }

  /** The cells of the data table, a row an array; labels by `data-label` where asked. */
  get rows(): string[][] {
    return this.#read('main table tbody tr').map((row) =>
      this.$(row)
        .children('th, td')
        .toArray()
        .map((cell) => clean(this.$(cell).text())),
    );
  }

  /** The cells of one column of the data table, found by its `data-label`. */
  column(label: string): string[] {
    return this.texts(`main table tbody [data-label="${label}"]`);
  }
}

export type FormValues = Record<string, string | readonly string[]>;

interface FilledForm {
  method: string;
  action: string;
  /** Name and value, in the order of the page. */
  fields: [name: string, value: string][];
}

type Elements = ReturnType<CheerioAPI>;

/** The form sent by the button of that name, filled as a person would: only what the form has, with what it offers. */
export function fillForm(page: Page, buttonName: string, values: FormValues = {}): FilledForm {
  const { $ } = page;
  const all = (selector: string) =>
    $(selector)
      .toArray()
      .map((element): Elements => $(element));
  const button = all('button').find((each) => clean(each.attr('aria-label') ?? each.text()) === buttonName);
  if (!button) throw new Error(`${page.path} (${page.heading}) has no button « ${buttonName} »`);
  const id = button.attr('form');
  const form = id === undefined ? button.closest('form') : $(`form[id="${id}"]`);
  if (form.length === 0) throw new Error(`« ${buttonName} » belongs to no form`);

  // A control belongs to the form around it, or to the one that its `form` attribute names.
  const belongs = (control: Elements) => {
    const named = control.attr('form');
    return named === undefined ? control.closest('form').is(form) : named === form.attr('id');
  };
  const controls = all('input, select, textarea').filter(belongs);
  const fields = controls.flatMap((control) => successful(page, control, values));
  const known = new Set(controls.map((control) => control.attr('name')));
  for (const name of Object.keys(values)) {
    if (!known.has(name)) throw new Error(`the form of « ${buttonName} » has no field ${name}`);
  }
  const pressed = button.attr('name');
  if (pressed !== undefined) fields.push([pressed, button.attr('value') ?? '']);
  return {
    method: (form.attr('method') ?? 'get').toUpperCase(),
    action: button.attr('formaction') ?? form.attr('action') ?? page.path,
    fields,
  };
}

/** What a control sends: its value, or the ones given for its name. */
function successful({ $ }: Page, control: Elements, values: FormValues): [string, string][] {
  const name = control.attr('name');
  const type = control.attr('type') ?? '';
  if (name === undefined || control.is(':disabled') || ['submit', 'button', 'reset'].includes(type))
    return [];
  const given = values[name];
  const wanted = given === undefined ? undefined : [given].flat();
  if (type === 'checkbox' || type === 'radio') {
    const value = control.attr('value') ?? 'on';
    const checked = wanted ? wanted.includes(value) : control.attr('checked') !== undefined;
    return checked ? [[name, value]] : [];
  }
  if (!control.is('select')) return (wanted ?? [String(control.val() ?? '')]).map((value) => [name, value]);
  return chosenOptions($, control, wanted).map((value) => [name, value]);
}

/** The values that a list of choices sends; only what it offers can be wanted. */
function chosenOptions(
  $: CheerioAPI,
  select: Elements,
  wanted: readonly string[] | undefined,
): readonly string[] {
  const options = select
    .find('option')
    .toArray()
    .map((option) => ({
      value: $(option).attr('value') ?? $(option).text(),
      selected: $(option).is('[selected]'),
    }));
  if (!wanted) {
    const chosen = options.find(({ selected }) => selected) ?? options[0];
    return chosen ? [chosen.value] : [];
  }
  for (const value of wanted) {
    if (!options.some((option) => option.value === value)) {
      throw new Error(`${select.attr('name')} does not offer ${value}`);
    }
  }
  return wanted;
}

import type { Page } from 'playwright-core';

/** What is done on a page before it is looked at. */
export type Step = (page: Page) => Promise<void>;

export const asItComes: Step = async () => {};

/** Sends the form of the page as it stands, and waits for what is wrong with it. */
export const sent =
  (button: string): Step =>
  async (page) => {
    await page.locator('main').getByRole('button', { name: button, exact: true }).first().click();
    await page.locator('[data-error-summary], [role=alert]').first().waitFor();
  };

/** Presses the first button of a row with this beginning, which opens its dialog. */
export const asked =
  (button: string): Step =>
  async (page) => {
    await page
      .getByRole('button', { name: new RegExp(`^${button}`) })
      .first()
      .click();
    await page.locator('dialog:has([data-confirmation])').waitFor();
  };

/** Presses a button that only changes the form, and waits for what it says. */
export const pressed =
  (button: string): Step =>
  async (page) => {
    await page.locator('main').getByRole('button', { name: button, exact: true }).click();
    await page.locator('[data-told]').waitFor();
  };

export const unfolded: Step = (page) => page.locator('main details:not([open]) > summary').first().click();

export const filled =
  (label: string, value: string, next: Step): Step =>
  async (page) => {
    await page.getByLabel(label, { exact: true }).first().fill(value);
    await next(page);
  };

/** Types in the field of the header, where it shows, and waits for what is found. */
export const typedInHeader =
  (text: string): Step =>
  async (page) => {
    const field = page.locator('#recherche-entete');
    if (!(await field.isVisible())) return;
    await field.fill(text);
    await page.locator('.top-found a').first().waitFor();
  };

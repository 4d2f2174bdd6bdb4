import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { load } from 'cheerio';
import { LINK_LIFETIMES } from '../../src/domain/link.ts';
import type { MessageName } from '../../src/domain/message.ts';
import { MESSAGE_LINKS } from '../../src/domain/sending.ts';
import { renderMessage } from '../../src/mail/render.ts';
import { linkUrl } from '../../src/mail/site.ts';
import { formatDateTime } from '../../src/presenters/format.ts';
import { pageSpacingFaults, spacingFaults } from '../tools/spacing.ts';
import { samples } from './samples.ts';

const baseUrl = 'https://portail.exemple.fr';
const link = `${baseUrl}/activation/un-jeton`;
const names = Object.keys(samples) as MessageName[];

const render = (name: MessageName, values: unknown = samples[name]) =>
  renderMessage(name, values, { baseUrl, link: name in MESSAGE_LINKS ? link : '' });

/** Every text among the values that is shown as it is. */
const shown = (values: object): string[] =>
  Object.entries(values).flatMap(([key, value]) => {
    if (typeof value === 'object' && value !== null) return shown(value);
    if (typeof value !== 'string' || ['kind', 'to', 'cause', 'outcome', 'what'].includes(key)) return [];
    if (/T.*Z$/.test(value)) return [formatDateTime(new Date(value))];
    return /^\d{4}-\d\d-\d\d$/.test(value) ? [value.split('-').reverse().join('/')] : value.split('\n');
  });

for (const name of names) {
  describe(`« ${name} »`, () => {
    test('tells all it is told, in text and in HTML', async () => {
      const { text, html } = await render(name);
      const readHtml = load(html)('body').text();
      for (const value of shown(samples[name])) {
        assert.ok(text.includes(value), `${value} in the text`);
        assert.ok(readHtml.includes(value), `${value} in the HTML`);
      }
      for (const part of [text, readHtml]) assert.doesNotMatch(part, /undefined|null|\[object|NaN/);
    });

    test('says the same in text and in HTML, and where to write to', async () => {
      const { text, html, subject } = await render(name);
      const words = (value: string) => value.replace(/\s+/g, ' ').trim();
      const $ = load(html);
      for (const paragraph of $('.words > p:not(.address)').toArray()) {
        assert.ok(words(text).includes(words($(paragraph).text())), $(paragraph).text());
      }
      assert.equal($('h1').text(), subject);
      assert.equal($('title').text(), subject);
      assert.equal($('html').attr('lang'), 'fr');
      for (const part of [text, $('.foot').text()]) assert.match(part, /habilitations@ucanss\.fr/);
    });

    test('is spaced as French is, and has a subject on one short line', async () => {
      const { text, html, subject } = await render(name);
      for (const part of [text, subject]) assert.deepEqual(spacingFaults(part), []);
      assert.deepEqual(pageSpacingFaults(load(html)), []);
      assert.doesNotMatch(subject, /\p{Cc}/u);
      assert.ok(subject.length <= 100, subject);
    });

    test(name in MESSAGE_LINKS ? 'carries its link' : 'carries no one-use link', async () => {
      const { text, html } = await render(name);
      const expected = name in MESSAGE_LINKS;
      assert.equal(text.includes(link), expected);
      assert.equal(load(html)(`a[href^="${link}"]`).length > 0, expected);
    });

    test('leads to this portal or to Ucanss, nowhere else, and loads nothing', async () => {
      const $ = load((await render(name)).html);
      for (const element of $('a').toArray()) {
        const href = $(element).attr('href') ?? '';
        assert.ok(
          href.startsWith(`${baseUrl}/`) ||
            ['https://ucanss.fr/faq', 'mailto:habilitations@ucanss.fr'].includes(href),
          href,
        );
      }
      assert.equal($('img, script, link, iframe, object').length, 0);
    });
  });
}

test('P13: a link to management says which organism the message is about; what was queued before leads there too', async () => {
  const about: [MessageName, object, string][] = [
    ['delegation-granted', {}, '/gestion'],
    ['unusual-act', {}, '/gestion/journal'],
    ['request-accepted', { beneficiary: 'Thomas MANTEL' }, '/gestion/demandes/accepte'],
    ['request-received', {}, '/gestion/demandes/en-cours'],
    ['requests-received', {}, '/gestion/demandes/en-cours'],
  ];
  for (const [name, more, path] of about) {
    for (const [code, query] of [
      [{}, ''],
      [{ organismCode: 'CAF-391' }, '?perimetre=CAF-391'],
    ] as const) {
      const { text, html } = await render(name, { ...samples[name], ...more, ...code });
      const address = `${baseUrl}${path}${query}`;
      assert.ok(text.split('\n').includes(address), `${name}: ${text}`);
      assert.equal(load(html)(`a[href="${address}"]`).length > 0, true, name);
    }
  }
});

test('what people typed is escaped in HTML', async () => {
  const attack = '<img src=x onerror=alert(1)>&"\'';
  const values = Object.fromEntries(
    Object.entries(samples['request-received']).map(([key, value]) => [
      key,
      typeof value === 'string' && !['kind', 'submittedOn'].includes(key) ? attack : value,
    ]),
  );
  const { html, text } = await render('request-received', values);
  const $ = load(html);
  assert.equal($('img').length, 0);
  assert.ok($('.quote').text().includes(attack));
  assert.ok(text.includes(attack));
});

test('a confirmation and « account-known » repeat nothing that was typed: anyone may type anyone’s address', () => {
  assert.deepEqual(Object.keys(samples['request-confirmation']), ['organismName']);
  assert.deepEqual(Object.keys(samples['account-known']), []);
  assert.deepEqual(Object.keys(samples['account-inactive']), ['organismName', 'byUcanss']);
});

test('who is deactivated is told whom to ask: their administrators, or Ucanss where it closed the account', async () => {
  const byOrganism = await render('account-inactive', samples['account-inactive']);
  assert.match(byOrganism.text, /administrateur local de votre organisme \(CAF du Jura/);
  const byUcanss = await render('account-inactive', { ...samples['account-inactive'], byUcanss: true });
  assert.match(byUcanss.text, /désactivé par l’Ucanss.*habilitations@ucanss\.fr/s);
  assert.doesNotMatch(byUcanss.text, /administrateur local/);
});

test('a mistyped address may be a stranger’s: it is told neither the right one, nor a way to anything', async () => {
  const corrected = await render('email-changed', { ...samples['email-changed'], changeId: null });
  const changed = await render('email-changed');
  for (const part of ['text', 'html'] as const) {
    for (const told of [samples['email-changed'].newEmail, 'Ce n’est pas moi', '/refus', '/connexion']) {
      assert.ok(changed[part].includes(told), told);
      assert.ok(!corrected[part].includes(told), told);
    }
  }
  assert.match(corrected.text, /Elle a été corrigée/);
  assert.doesNotMatch(changed.text, /corrigée/);
});

test('« Ce n’est pas moi »: Ucanss is told that the address is put back, or that another account has it', async () => {
  const reverted = { ...samples['unusual-act'], cause: 'email_reverted' };
  const address = { from: 'nouvelle@caf39.caf.fr', to: 'ancienne@caf39.caf.fr' };
  const back = (await render('unusual-act', { ...reverted, address })).text;
  assert.match(back, /l’adresse est rétablie/);
  for (const told of Object.values(address)) assert.ok(back.includes(told), told);
  const kept = (await render('unusual-act', reverted)).text;
  assert.match(kept, /un autre compte a désormais cette adresse, qui n’a pas pu être rétablie/);
  assert.doesNotMatch(kept, /est rétablie|Adresse rétablie/);
});

test('the two of a delegation each get their own words', async () => {
  const giver = await render('delegation-granted', { ...samples['delegation-granted'], to: 'giver' });
  assert.match(giver.text, /^Bonjour Welcome TESTPORTAIL,/);
  assert.equal(giver.subject, 'Délégation donnée à Thomas MANTEL');
  const remover = await render('delegation-removed', { ...samples['delegation-removed'], to: 'remover' });
  assert.match(remover.text, /^Bonjour Welcome TESTPORTAIL,/);
});

test('another last day, and none any more, are each told in the first words', async () => {
  const said = async (endsOn: string | null) =>
    (await render('end-date-changed', { ...samples['end-date-changed'], endsOn })).text.replace(/\s+/g, ' ');
  const [dated, endless] = [await said('2027-06-30'), await said(null)];
  assert.match(
    dated,
    /La date de fin d’une de vos habilitations a été fixée ou changée\..*30\/06\/2027 inclus/,
  );
  assert.match(endless, /Une de vos habilitations n’a plus de date de fin\..*Sans date de fin/);
});

test('a right without end date and a decision without reason leave no empty line of facts', async () => {
  const { text } = await render('request-accepted', {
    ...samples['request-accepted'],
    endsOn: null,
    reason: '',
  });
  assert.doesNotMatch(text, /Jusqu’au|Motif/);
});

test('each link opens the page of its purpose', () => {
  const opened = {
    activation: '/activation/T',
    email_agreement: '/adresse/T',
    email_change: '/adresse/T',
    email_mailbox: '/adresse/T',
    factor_reset: '/second-facteur/T',
    password_reset: '/mot-de-passe/T',
    request_confirmation: '/inscription/T',
  } as const;
  const purposes = Object.keys(LINK_LIFETIMES) as (keyof typeof LINK_LIFETIMES)[];
  assert.deepEqual(
    Object.fromEntries(purposes.map((purpose) => [purpose, linkUrl(baseUrl, purpose, 'T')])),
    Object.fromEntries(Object.entries(opened).map(([purpose, path]) => [purpose, `${baseUrl}${path}`])),
  );
});

test('R78 a correction: from what to what, for who decides and for the person; no right is spoken of', async () => {
  const changes = { nom: { from: 'LECONFINE', to: 'LIBRE' }, fonction: { from: '', to: 'Cadre' } };
  const lines = /Nom\s: «\sLECONFINE\s» devient «\sLIBRE\s»\s; Fonction\s: vide devient «\sCadre\s»/;
  const roleLabel = 'Correction de fiche';
  const received = await render('request-received', {
    ...samples['request-received'],
    ...{ kind: 'correction', roleLabel, changes },
  });
  assert.match(received.subject, /^Correction de la fiche de Fred LECONFINE$/);
  assert.match(received.text, lines);
  const accepted = await render('request-accepted', {
    ...samples['request-accepted'],
    ...{ requester: null, endsOn: null, roleLabel, changes },
  });
  assert.match(accepted.text, lines);
  assert.match(
    accepted.text,
    /La correction que vous avez proposée a été acceptée\s: votre fiche est à jour\./,
  );
  assert.doesNotMatch(accepted.text, /droit/);
  const lapsed = { ...samples['request-lapsed'], kind: 'correction', requester: null } as const;
  assert.match((await render('request-lapsed', lapsed)).text, /\/mes-informations\/correction/);
});

test('a request that waits: its reason, how many wait in all, and a link to its row', async () => {
  const before = { ...samples['request-received'], organismCode: 'CAF-391' };
  const values = { ...before, requestId: 4321, waiting: 3 };
  const { text, subject } = await render('request-received', values);
  assert.match(text, /3 demandes attendent votre décision en tout/);
  assert.match(text, /seconde ligne/);
  assert.ok(
    text.includes('/gestion/demandes/en-cours?perimetre=CAF-391&q=Fred+LECONFINE#demande-4321'),
    text,
  );
  assert.doesNotMatch(subject, /Rappel/);
  const reminder = await render('request-received', { ...values, closesOn: '2027-01-21', waiting: 1 });
  assert.match(reminder.subject, /^Rappel\u00a0: Demande de compte de Fred LECONFINE$/);
  assert.match(reminder.text, /Elle sera close le 21\/01\/2027 sans décision/);
  assert.doesNotMatch(reminder.text, /en tout/);
  const asked = await render('request-received', { ...values, reminded: true });
  assert.match(asked.subject, /^Rappel\u00a0: /);
  assert.match(asked.text, /Fred LECONFINE vous la rappelle\s: elle attend depuis le 22\/11\/2026\./);
  const { text: older } = await render('request-received', before);
  assert.ok(older.includes('/gestion/demandes/en-cours?perimetre=CAF-391\n'), older);
  const many = { ...samples['requests-received'], organismCode: 'CAF-391', waiting: 12 };
  const { text: ofRole } = await render('requests-received', many);
  assert.ok(ofRole.includes('/gestion/demandes/en-cours?perimetre=CAF-391&q=Energie+Lecteur\n'), ofRole);
});

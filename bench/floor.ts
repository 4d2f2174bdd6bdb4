import { createServer } from 'node:http';
import pg from 'pg';

// The floor that STANDARDS sets: node:http, the page's one query, prepared, and its HTML concatenated. No session, no
// account, no template, no header of ours. Run as a process of its own: node bench/floor.ts <database url> <organism>.
const [url, organismId] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 10 });

const QUERY = `
  SELECT a.id, a.last_name, a.first_name, a.email, a.function_title, held.labels, counted.total
  FROM (SELECT id FROM accounts WHERE organism_id = $1 ORDER BY last_key, first_key, id LIMIT 10) AS page
  JOIN accounts a USING (id)
  CROSS JOIN (SELECT count(*) AS total FROM accounts WHERE organism_id = $1) AS counted
  LEFT JOIN LATERAL (
    SELECT array_agg(r.label ORDER BY r.position) AS labels
    FROM assignments s JOIN roles r ON r.id = s.role_id
    WHERE s.account_id = a.id AND s.ended_at IS NULL
  ) AS held ON true
  ORDER BY a.last_key, a.first_key, a.id
`;

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const server = createServer(async (_req, res) => {
  const { rows } = await pool.query({ name: 'page', text: QUERY, values: [organismId] });
  let html = `<!doctype html><title>État des habilitations</title><p>${rows[0]?.total} personnes</p><table>`;
  for (const row of rows) {
    html += `<tr><td>${escaped(row.last_name)}<td>${escaped(row.first_name)}<td>${escaped(row.email)}`;
    html += `<td>${escaped(row.function_title)}<td>`;
    for (const label of row.labels ?? []) html += `<li>${escaped(label)}`;
  }
  const body = Buffer.from(`${html}</table>`);
  res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': body.length });
  res.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});

import { dayInParis } from '../domain/calendar.ts';
import type { ExportFormat } from '../presenters/table.ts';

/** The media type of each format, for Content-Type. */
export const exportMediaTypes: Readonly<Record<ExportFormat, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8',
};

/**
 * The name of an exported file, `etat-des-habilitations_CAF-391_2026-11-22.xlsx`: what it holds, of whom (an
 * organism's code, or « tous »), on which day in Paris. Only letters, digits, dots and hyphens come out.
 */
export function exportFileName(
  subject: string,
  perimeter: string,
  instant: Date,
  format: ExportFormat,
): string {
  return `${fileWord(subject)}_${fileWord(perimeter)}_${dayInParis(instant)}.${format}`;
}

/** The Content-Disposition of a file to save under a name made by `exportFileName`. */
export function attachment(fileName: string): string {
  return `attachment; filename="${fileName}"`;
}

function fileWord(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
}

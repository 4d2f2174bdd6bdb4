const BEGIN = '<!-- drawn: npm run docs:draw -->';
const END = '<!-- end of what is drawn -->';

/** A document whose drawing, between its two marks, is this one. @throws where it has no marks */
export function putBetweenMarks(document: string, drawing: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`a document lacks « ${BEGIN} » or « ${END} »`);
  return `${before}${BEGIN}\n\n${drawing}\n\n${END}${after}`;
}

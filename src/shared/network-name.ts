/** Rule ID1: a network's name as it is hashed: NFC, each run of white space one space, none at the ends. */
export function networkNameFrom(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\p{White_Space}\ufeff]+/gu, ' ')
    .trim()
}

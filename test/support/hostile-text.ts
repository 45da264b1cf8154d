/** Characters that others may send to hide, to turn text around, or to steer a terminal: at least one of each kind. */
export const HOSTILE: Readonly<Record<string, string>> = {
  'a C0 control': '\u0007',
  escape: '\u001B[2J',
  'a carriage return': '\r',
  'a C1 control': '\u009B31m',
  delete: '\u007F',
  'an Arabic letter mark': '\u061C',
  'a direction mark': '\u200F',
  'a direction override': '\u202E',
  'a direction isolate': '\u2067',
  'a zero-width space': '\u200B',
  'a joiner': '\u200D',
  'an invisible operator': '\u2062',
  'a byte order mark': '\uFEFF',
  'a Mongolian separator': '\u180E',
  'a tag': '\u{E0041}',
  'a selector': '\uFE0F',
  'a supplementary selector': '\u{E0101}',
  'a line separator': '\u2028',
  'a paragraph separator': '\u2029',
  'a soft hyphen': '\u00AD',
  'a Hangul filler': '\u3164',
  'a half-width Hangul filler': '\uFFA0',
  'a Hangul choseong filler': '\u115F',
  'a grapheme joiner': '\u034F',
  'an annotation': '\uFFF9',
  'private use': '\uE000',
  'supplementary private use': '\u{F0000}',
  'a lone surrogate': '\uD800',
  'a noncharacter': '\uFFFE',
  'a supplementary noncharacter': '\u{1FFFF}',
  'a no-break space': '\u00A0',
  'an empty braille pattern': '\u2800',
}

/** Of these, the ones that an entry's tag may hold: rule EN5 refuses controls, and UTF-8 holds no lone surrogates. */
export const IN_TAGS: readonly string[] = Object.values(HOSTILE).filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text))

/** All of them in one text, between letters. */
export const ALL_HOSTILE = `a${Object.values(HOSTILE).join('b')}c`

/**
 * What of a text would not show: an independent list of the characters, so that a fault of `visible` is no fault of this.
 * Ends of lines and tabs are allowed.
 */
export function unseenIn(text: string): string[] {
  const ranges =
    '0000-0008 000B-001F 007F-00A0 00AD 034F 061C 115F 1160 180B-180F 200B-200F 2028-202F 205F-206F 2800 3164 D800-F8FF ' +
    'FE00-FE0F FEFF FFA0 FFF0-FFFB FFFE FFFF 1FFFE 1FFFF E0000-E0FFF F0000-10FFFF'
  const unseen = new RegExp(`[${ranges.replaceAll(/[0-9A-F]+/g, String.raw`\u{$&}`).replaceAll(' ', '')}]`, 'gu')
  return text.match(unseen) ?? []
}

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hidesSomething, jsonText, visible, visibleJson, visibleLines } from '../../../src/shared/visible-text.ts'
import { ALL_HOSTILE, HOSTILE, unseenIn } from '../../support/hostile-text.ts'

const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)) })

describe('text of others', () => {
  it.each(Object.entries(HOSTILE))('shows %s by its code point', (_name, text) => {
    const shown = visible(`role:${text}x`)
    expect(unseenIn(shown)).toEqual([])
    const code = (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    expect(shown.startsWith(`role:<U+${code}>`)).toBe(true)
    expect(hidesSomething(text)).toBe(true)
  })

  it.each([
    ['plain', 'role:relay /ip4/192.0.2.7/tcp/4001'],
    ['other scripts', 'עברית العربية 日本語　ノード Việt ไทย हिन्दी'],
    ['marks that letters have', 'e\u0301 မြွှို့ שָׁלוֹם'],
    ['emoji', '🦊 ❤️ 1️⃣ 👍🏽 👩‍👩‍👧 🏳️‍🌈 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['Arabic number signs', '\u0600123'],
  ])('stays as it is: %s', (_name, text) => {
    expect(visible(text)).toBe(text)
    expect(hidesSomething(text)).toBe(false)
  })

  it('shows what joins no emoji that there is', () => {
    expect(visible('🦊\u200D🦊')).toBe('🦊<U+200D>🦊')
    expect(visible('🦊\uFE0F')).toBe('🦊<U+FE0F>')
    expect(visible('role:relay\u200D')).toBe('role:relay<U+200D>')
  })

  it('has a bound on marks, and none at its beginning', () => {
    expect(visible(`Z${'\u0335'.repeat(20)}`)).toBe(`Z${'\u0335'.repeat(8)}<U+0335 ×12>`)
    expect(visible('\u0338ok')).toBe('<U+0338>ok')
    expect(visibleLines('a\n\u0338ok')).toBe('a\n<U+0338>ok')
  })

  it('counts what is repeated, so that little text does not become much', () => {
    expect(visible(`a${'\u200B'.repeat(4000)}`)).toBe('a<U+200B ×4000>')
    expect(visible('a\u200B\u200B')).toBe('a<U+200B><U+200B>')
  })

  it('is one line, or lines where that is meant', () => {
    expect(visible('a\nb\tc')).toBe('a<U+000A>b<U+0009>c')
    expect(visibleLines('a\nb\tc\r\n')).toBe('a\nb\tc<U+000D>\n')
  })

  it('comes to the same when it passes twice, and never holds what cannot be seen', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = visible(text)
        expect(visible(once)).toBe(once)
        expect(visibleLines(once)).toBe(once)
        expect(/[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(once)).toBe(false)
      }),
    )
  })

  it('in JSON is escaped, and read by programs as it was', () => {
    expect(unseenIn(jsonText({ [ALL_HOSTILE]: ALL_HOSTILE }))).toEqual([])
    fc.assert(
      fc.property(fc.jsonValue(), anyText, (value, text) => {
        expect(JSON.parse(jsonText({ value, text }))).toEqual(JSON.parse(JSON.stringify({ value, text })))
      }),
    )
    expect(visibleJson('{"a":1}\n')).toBe('{"a":1}\n')
  })
})

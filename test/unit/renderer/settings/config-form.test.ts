import { expect, test } from 'vitest'
import { configTexts, fieldHelp, overrideWords, readConfig } from '../../../../src/renderer/src/settings/config-form.ts'
import { APP_CONFIG, CONFIG_FIELDS } from '../../../../src/shared/config.ts'

const texts = configTexts(APP_CONFIG)

test('what the form shows reads back to the same configuration', () => {
  expect(readConfig(texts)).toEqual({ ok: true, config: APP_CONFIG })
})

test('a bad value is told at its field with the range', () => {
  const result = readConfig({ ...texts, announceInterval: 'soon', announceJitter: '2' })
  expect(result.ok ? {} : result.errors).toEqual({
    announceInterval: expect.stringMatching(/not a duration/),
    announceJitter: expect.stringMatching(/from 0 to 1/),
  })
})

test('a combination that would purge live peers is refused as a whole', () => {
  const result = readConfig({ ...texts, purgeAfter: '10s' })
  expect(result.ok ? '' : result.whole).toMatch(/live peers would be purged/)
})

test('every field says its default in the app', () => {
  for (const field of CONFIG_FIELDS.filter(({ type }) => type !== 'boolean'))
    expect(fieldHelp(field).replaceAll(',', '')).toContain(`default ${texts[field.name]}`)
})

test('large numbers have thousands separators where they are told, and may have them where they are typed', () => {
  const field = CONFIG_FIELDS.find(({ name }) => name === 'maxPeers')
  expect(field === undefined ? '' : fieldHelp(field)).toContain('a whole number from 1 to 1,000,000, default 50,000.')
  expect(readConfig({ ...texts, maxPeers: '20,000' })).toMatchObject({ ok: true, config: { maxPeers: 20_000 } })
  expect(readConfig({ ...texts, maxPeers: '20,00' })).toMatchObject({
    ok: false,
    errors: { maxPeers: expect.stringMatching(/from 1 to 1,000,000, not '20,00'/) },
  })
})

test('a field that the command line overrides says what it is in this run', () => {
  const said = CONFIG_FIELDS.map((field) => overrideWords(field, { purgeAfter: 90_000 })).filter((one) => one !== null)
  expect(said).toEqual(['This run: 1.5 min, by --purge-after.'])
})

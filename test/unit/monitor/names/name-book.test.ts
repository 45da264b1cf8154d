import { beforeEach, describe, expect, it } from 'vitest'
import { forgetNames, learn, NameBook, seenIn, storedNames } from '../../../../src/main/monitor/names/name-book.ts'
import type { NameStore } from '../../../../src/main/monitor/names/name-book.ts'
import { networkIdFrom, uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { MAX_NAMES, MAX_WORD_BYTES, nameLines, namesText, shownId } from '../../../../src/shared/names.ts'
import type { KnownName } from '../../../../src/shared/names.ts'
import { keyOf } from '../../../support/networks.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

const NETWORK = keyOf(networkIdFrom('n'))
const OTHER = keyOf(networkIdFrom('o'))

let settings: Map<string, unknown>
let store: NameStore
let told: (readonly KnownName[])[]

const open = (network = NETWORK): NameBook => new NameBook(store, network, (names) => told.push(names))

beforeEach(() => {
  settings = new Map()
  told = []
  store = {
    getSetting: (key) => settings.get(key),
    setSetting: (key, value) => {
      if (value === undefined) settings.delete(key)
      else settings.set(key, JSON.parse(JSON.stringify(value)))
    },
  }
})

describe('a name book', () => {
  it('names the hashes of its words, from now on and after a restart', () => {
    const book = open()
    expect(book.add([' role:validator ', 'blocks', 'blocks'])).toMatchObject({
      added: [{ id: uniqueIdFrom('role:validator'), word: 'role:validator' }, { word: 'blocks' }],
      known: 0,
    })
    expect(book.add(['blocks', 'new'])).toMatchObject({ added: [{ word: 'new' }], known: 1 })
    expect(book.names.get(uniqueIdFrom('blocks'))).toBe('blocks')
    expect(told.at(-1)).toEqual(book.list())
    expect(
      open()
        .list()
        .map(({ word }) => word),
    ).toEqual(['blocks', 'new', 'role:validator'])
    expect(storedNames(store, NETWORK).get(uniqueIdFrom('new'))).toBe('new')
    expect(open(OTHER).list()).toEqual([])
  })

  it('gives back what it removes, and can be forgotten', () => {
    const book = open()
    book.add(['a', 'b'])
    expect(book.remove(['a', 'unknown'])).toEqual([{ id: uniqueIdFrom('a'), word: 'a' }])
    expect(book.names.has(uniqueIdFrom('a'))).toBe(false)
    forgetNames(store, NETWORK)
    expect(open().list()).toEqual([])
    expect([...settings.keys()]).toEqual([])
  })

  it('takes no ids, no remarks and no empty lines for words', () => {
    const book = open()
    const { added } = book.add(nameLines(`# remark\r\n\n  one \n${uniqueIdFrom('x')}\ntwo words`))
    expect(added.map(({ word }) => word)).toEqual(['one', 'two words'])
  })

  it('has a budget, and refuses as a whole what is over it', () => {
    const book = open()
    expect(() => book.add(['fine', 'x'.repeat(MAX_WORD_BYTES + 1)])).toThrow(`${MAX_WORD_BYTES} bytes a name`)
    const many = Array.from({ length: MAX_NAMES }, (_, index) => `${index}`)
    book.add(many)
    expect(() => book.add(['one more'])).toThrow(`${MAX_NAMES} names a network`)
    expect(() => learn(book, ['one more'])).not.toThrow()
    book.remove(many)
    const large = Array.from({ length: 300 }, (_, index) => `${index}`.padEnd(250, 'x'))
    expect(() => book.add(large)).toThrow('bytes of names a network')
    expect(book.list()).toEqual([])
  })

  it('keeps of what is looked for only what names something that is seen', () => {
    const book = open()
    const row = peerRow(1, { tags: [uniqueIdFrom('validator')], functions: [uniqueIdFrom('transfer')] })
    learn(book, ['valid', 'validator', 'transfer'], seenIn([row]))
    expect(book.list().map(({ word }) => word)).toEqual(['transfer', 'validator'])
  })

  it('leaves out what is stored and cannot be used', () => {
    settings.set(`names:${NETWORK}`, [{ id: 'x', word: 'a' }, { id: uniqueIdFrom('b'), word: 'b' }, null, 'c'])
    expect(
      open()
        .list()
        .map(({ word }) => word),
    ).toEqual(['b'])
    settings.set(`names:${NETWORK}`, 'nonsense')
    expect(open().list()).toEqual([])
  })
})

it('a file with names is text in UTF-8, with or without its mark', () => {
  const read = (...bytes: number[]) => namesText(Uint8Array.from(bytes), 'words.txt')
  expect(namesText(Buffer.from('caf\u00e9\r\n\tzone\n'), 'words.txt')).toBe('caf\u00e9\r\n\tzone\n')
  expect(read(0xef, 0xbb, 0xbf, 0x61)).toBe('a')
  expect(read()).toBe('')
  const latin1 = [0x63, 0x61, 0x66, 0xe9]
  const utf16 = [0xff, 0xfe, 0x61, 0]
  for (const other of [latin1, utf16, [0x61, 0, 0x62]])
    expect(() => read(...other)).toThrow('words.txt is not a text file in UTF-8')
})

it('ids are shown by name, else shortened; words stay as they are', () => {
  const id = uniqueIdFrom('validator')
  expect(shownId(id, new Map([[id, 'validator']]))).toBe('validator')
  expect(shownId(id, new Map())).toBe(`${id.slice(0, 6)}…${id.slice(-4)}`)
  expect(shownId('role:seed', new Map())).toBe('role:seed')
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkReference, REFERENCE } from '../../../scripts/api-docs.ts'

const ROOT = join(import.meta.dirname, '../../..')
const DISCOVERY = 'src/main/api/discovery.ts'

/** A file in which a text is replaced that must be there. */
function changed(path: string, ...replacements: readonly (readonly [text: string, by: string])[]): [string, string] {
  const result = replacements.reduce(
    (source, [text, by]) => {
      expect(source).toContain(text)
      return source.replace(text, by)
    },
    readFileSync(join(ROOT, path), 'utf8'),
  )
  return [path, result]
}

const problemsOf = async (...files: readonly [string, string][]): Promise<readonly string[]> =>
  (await checkReference(ROOT, Object.fromEntries(files))).problems.map((problem) => problem.replace(/md:\d+/, 'md'))

describe('docs/api.md', () => {
  it('has every member and type of the library with its signature, and examples that compile', async () => {
    expect(await problemsOf()).toEqual([])
  })

  it('does not fit a library with a method more, a method less or another signature', async () => {
    const library = changed(
      DISCOVERY,
      ['  neighborsCount(): number\n', '  neighborsCount(): bigint\n'],
      ['  /** Counters since', '  /** More. */\n  more(): void\n  /** Counters since'],
      ['  clearUnsigned(): Promise<number>\n', ''],
    )
    const { problems, written } = await checkReference(ROOT, Object.fromEntries([library]))
    expect(problems.map((problem) => problem.replace(/md:\d+/, 'md'))).toEqual([
      expect.stringContaining('neighborsCount(): bigint'),
      `${REFERENCE}: the library has no clearUnsigned`,
      `${REFERENCE} has no section of more`,
      `${REFERENCE}: Property 'clearUnsigned' does not exist on type 'Discovery'.`,
    ])
    expect(written).toContain('neighborsCount(): bigint\n')
  })

  it('does not fit types that changed, also where others declare them', async () => {
    expect(
      await problemsOf(
        changed('src/main/discovery/handle.ts', ['  readonly listening: boolean\n', '  readonly listening: number\n']),
        changed('src/main/api/results.ts', [
          'export interface CallOptions {',
          'export interface CallOptions {\n  /** Another. */\n  readonly other?: number\n',
        ]),
      ),
    ).toEqual([
      expect.stringContaining('readonly other?: number'),
      expect.stringContaining('readonly listening: number'),
    ])
  })

  it('is checked with what programs could not name, and with what says nothing of itself', async () => {
    expect(
      await problemsOf(
        changed('src/main/api.ts', ['DhtSlot, DhtSlotState, DhtStatus', 'DhtStatus'], ['  Health,\n', '']),
        changed('src/shared/dht.ts', ['  /** Why it fails; null where it does not. */\n', '']),
        changed(DISCOVERY, ['  /** Counters since the start. */\n', '']),
      ),
    ).toEqual([
      'Health, which Discovery names, is not exported',
      'DhtSlot, which DhtStatus names, is not exported',
      'DhtSlotState, which DhtSlot names, is not exported',
      'Discovery.stats has no doc comment',
      'DhtStatus.reason has no doc comment',
      `${REFERENCE}: the library has no Health`,
      `${REFERENCE}: the library has no DhtSlot`,
      `${REFERENCE}: the library has no DhtSlotState`,
      expect.stringContaining('the signature of DhtStatus, DhtSlot, DhtSlotState is'),
    ])
  })

  it('needs an example for each member, one that compiles', async () => {
    expect(
      await problemsOf(
        changed(
          REFERENCE,
          ["```ts\nprocess.once('SIGTERM'", "```js\nprocess.once('SIGTERM'"],
          ['discovery.learned(peerId)', 'discovery.learned(7)'],
          ['### `slots`', '### `health`'],
        ),
        changed('README.md', ['event.tags)', 'event.tags, discovery.nothing)']),
      ),
    ).toEqual([
      `${REFERENCE}: leave has no example`,
      `${REFERENCE}: health has a section already`,
      expect.stringContaining('the signature of health is'),
      `${REFERENCE} has no section of slots`,
      `${REFERENCE}: Argument of type 'number' is not assignable to parameter of type 'string'.`,
      expect.stringContaining("Property 'nothing' does not exist on type 'Discovery'"),
    ])
  })
})

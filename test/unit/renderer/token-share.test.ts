import { expect, it } from 'vitest'
import type { TokenChannel, TokenSharing } from '../../../src/renderer/src/token-share.ts'
import { shareToken } from '../../../src/renderer/src/token-share.ts'

const TOKEN = 'a'.repeat(43)
const OLD = 'b'.repeat(43)

/** Tabs of one browser. */
function browser() {
  const listeners = new Map<object, (message: unknown) => void>()
  const said: unknown[] = []
  const channel = (): TokenChannel => {
    const self: TokenChannel = {
      tell: (data) => {
        said.push(data)
        // Others hear it, not who said it.
        for (const [other, listener] of listeners) if (other !== self) listener(data)
      },
      onTold: (listener) => void listeners.set(self, listener),
    }
    return self
  }
  const tab = (token: string): { readonly sharing: TokenSharing; readonly got: string[] } => {
    const got: string[] = []
    return { sharing: shareToken(channel(), token, (given) => void got.push(given)), got }
  }
  return { tab, channel, said }
}

it('a tab without a token, and one with that of an earlier start, get it from one that is connected', () => {
  const { tab } = browser()
  tab(TOKEN).sharing.opened()
  for (const token of ['', OLD]) {
    const { sharing, got } = tab(token)
    sharing.refused()
    expect(got).toEqual([TOKEN])
  }
})

it('a tab that waits gets it once another one connects', () => {
  const { tab } = browser()
  const waiting = tab('')
  waiting.sharing.refused()
  expect(waiting.got).toEqual([])
  const other = tab(TOKEN)
  other.sharing.opened()
  other.sharing.opened()
  expect(waiting.got).toEqual([TOKEN])
})

it('a tab tells its token only while it is connected', () => {
  const { tab, said } = browser()
  const first = tab(TOKEN)
  const asking = tab('')
  asking.sharing.refused()
  first.sharing.opened()
  first.sharing.closed()
  said.length = 0
  tab(OLD).sharing.refused()
  expect(said).toEqual([{ kind: 'who has it' }])
})

it('one that is connected, or has the same token, takes none', () => {
  const { tab, channel } = browser()
  const connected = tab(TOKEN)
  connected.sharing.opened()
  const same = tab(TOKEN)
  same.sharing.refused()
  channel().tell({ kind: 'token', token: OLD })
  expect([connected.got, same.got]).toEqual([[], [OLD]])
})

it('odd messages are nothing', () => {
  const { tab, channel, said } = browser()
  const waiting = tab('')
  waiting.sharing.refused()
  const stranger = channel()
  said.length = 0
  const odd = [
    null,
    'x',
    7,
    {},
    { kind: 'token' },
    { kind: 'token', token: '' },
    { kind: 'token', token: `${TOKEN}"` },
    [],
  ]
  for (const message of odd) stranger.tell(message)
  expect(waiting.got).toEqual([])
  expect(said).toHaveLength(odd.length)
})

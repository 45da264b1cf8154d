import { describe, expect, it } from 'vitest'
import { clashWords, clockWords } from '../../../src/shared/own-troubles.ts'

const HOUR = 3_600_000

describe('a clock that differs', () => {
  it('from those of one or two peers: one of them is wrong, which is not said', () => {
    expect(clockWords(HOUR + 2, 1)).toMatch(
      /^the clock of this machine is 1 h ahead of the only peer .* one of the clocks/,
    )
    expect(clockWords(-90_000, 2)).toMatch(/is 2 min behind both peers that were asked: one of the clocks is wrong/)
  })

  it('from those of many is ours', () => {
    expect(clockWords(-45_011, 6)).toMatch(/seems to be wrong: it is 45 s behind most of the 6 peers/)
    expect(clockWords(5_400_000, 3)).toMatch(/1\.5 h ahead/)
  })

  it('and then agrees', () => {
    expect(clockWords(null, 1)).toBe('the clock of this machine agrees with the only peer that was asked')
    expect(clockWords(null, 4)).toBe('the clock of this machine agrees with 4 peers')
  })
})

describe('another node with our key', () => {
  it('is told with its start, where that is known, and with what to do', () => {
    expect(clashWords('noon')).toMatch(/^another node runs with our key \(started noon\)\. Stop one of the two/)
    expect(clashWords(null)).toMatch(/^another node runs with our key\. Stop one of the two/)
  })
})

/** Our own key at the other end of a connection (rule ID5). */
import { describe, expect, it } from 'vitest'
import { TwinWatch } from '../../../src/main/network/twin-watch.ts'

function setup() {
  let [now, told] = [0, 0]
  const watch = new TwinWatch({ monotonic: () => now }, () => (told += 1))
  return { watch, told: () => told, pass: (ms: number) => (now += ms) }
}

describe('our own key at the other end', () => {
  it('[ID5] of a connection that came in is that of another node', () => {
    const { watch, told } = setup()
    watch.began()
    watch.ended(false)
    expect(told()).toBe(0)
    watch.began()
    watch.ended(true)
    expect(told()).toBe(1)
  })

  it('[ID5] of one that we dialed is that of another node', () => {
    const { watch, told } = setup()
    watch.dialedSelf()
    expect(told()).toBe(1)
  })

  it('[ID5] of a connection from us to ourselves is our own', () => {
    const { watch, told, pass } = setup()
    watch.began()
    watch.dialedSelf()
    pass(5000)
    watch.ended(true)
    expect(told()).toBe(0)
  })

  it('[ID5] is our own where somebody passes on what we send to him and keeps the last message for himself', () => {
    const { watch, told, pass } = setup()
    watch.began()
    watch.dialedSelf()
    pass(6000)
    watch.ended(false)
    expect(told()).toBe(0)
  })

  it('[ID5] is told once a minute at most', () => {
    const { watch, told, pass } = setup()
    for (let index = 0; index < 12; index += 1) {
      watch.began()
      watch.ended(true)
      pass(10_000)
    }
    expect(told()).toBe(2)
  })
})

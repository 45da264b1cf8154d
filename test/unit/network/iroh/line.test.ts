import { describe, expect, it } from 'vitest'
import { Line } from '../../../../src/main/network/iroh/line.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { wires } from '../../../support/wires.ts'

describe('what gossip sends to one peer', () => {
  it('goes out also where it is sent in the moment in which all before it is written', async () => {
    const [wire] = wires()
    const written: number[] = []
    const header = Promise.withResolvers<void>()
    const first = Promise.withResolvers<void>()
    const answers = [header.promise, first.promise]
    wire.openUni = () =>
      Promise.resolve({
        writeAll: (bytes) => {
          written.push(...bytes)
          return answers.shift() ?? Promise.resolve()
        },
        finish: () => Promise.resolve(),
        stopped: () => Promise.resolve(null),
      })
    const parts = { header: Uint8Array.of(0), current: () => wire, connect: () => Promise.resolve(wire) }
    const line = new Line(idOf('far'), parts, () => undefined)
    line.send(Uint8Array.of(1))
    header.resolve()
    while (answers.length > 0) await Promise.resolve()
    const second = first.promise.then(() => line.send(Uint8Array.of(2)))
    first.resolve()
    await second
    await line.finish()
    expect(written).toEqual([0, 1, 2])
  })
})

import { describe, expect, it } from 'vitest'
import type { AlertRule } from '../../../../src/shared/alerts.ts'
import { alertRuleSchema, ruleToSaveSchema } from '../../../../src/shared/alerts.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { draftOf, readDraft, readPreview, watchesFor } from '../../../../src/renderer/src/alerts/rule-form.ts'
import type { RuleDraft } from '../../../../src/renderer/src/alerts/rule-form.ts'
import { fakeStatus, peerIdAt } from '../../../support/renderer/fake-network.ts'

const rule = (given: object): AlertRule => alertRuleSchema.parse({ id: 'r', name: 'Rule', ...given })

const RULES = [
  rule({ kind: 'peer-departed', filter: 'tag:a' }),
  rule({ kind: 'peer-departed', filter: '', how: 'silent' }),
  rule({ kind: 'peer-appeared', quietHours: { from: 22 * 60, to: 7 * 60 + 5 }, notify: false }),
  rule({ kind: 'peer-count', filter: 'tag:a', direction: 'above', count: 7, forMs: 90_000, webhook: 'https://host/x' }),
  rule({ kind: 'rtt-above', ms: 300, forMs: 0, cooldownMs: 0, enabled: false }),
  rule({ kind: 'network-lost', forMs: 1500 }),
  rule({ kind: 'network-split' }),
]

describe('the form', () => {
  it.each(RULES)('gives back the rule that it shows: $kind', (given) => {
    const result = readDraft(draftOf(given, null))
    expect(result).toEqual({ ok: true, rule: given })
    // What the form makes is what main takes.
    expect(result.ok && ruleToSaveSchema.safeParse(result.rule).success).toBe(true)
  })

  it('makes a new rule without an id, once it has a name', () => {
    expect(readDraft(draftOf(null, null))).toMatchObject({ ok: false, errors: { name: 'Give the rule a name.' } })
    const result = readDraft({ ...draftOf(null, null), name: ' x ' })
    expect(result).toMatchObject({ ok: true, rule: { name: 'x', kind: 'peer-departed', filter: '' } })
    expect(result.ok && 'id' in result.rule).toBe(false)
  })

  it('makes a new rule for the network that is joined, and says of each where it watches', () => {
    const { network } = fakeStatus(1, 0)
    const result = readDraft({ ...draftOf(null, network), name: 'x' })
    expect(result).toMatchObject({ ok: true, rule: { network } })
    // One that there is keeps its own, wherever we are.
    for (const own of [null, network]) {
      const other = { ...network, name: 'other' }
      expect(readDraft(draftOf(rule({ kind: 'network-split', network: own }), other))).toMatchObject({
        rule: { network: own },
      })
    }
    const nameless = { ...network, name: null }
    expect([network, nameless].map((own) => watchesFor(rule({ kind: 'peer-appeared', network: own }), String))).toEqual(
      ['any peer appears, only in mosaic-main', `any peer appears, only in ${network.id.slice(0, 16)}…`],
    )
  })

  it('is previewed before it has a name, but not while something is wrong', () => {
    expect(readPreview({ ...draftOf(null, null), filter: 'tag:a' })).toMatchObject({
      kind: 'peer-departed',
      filter: 'tag:a',
    })
    expect(readPreview({ ...draftOf(null, null), name: 'x' })).toMatchObject({ name: 'x' })
    expect(readPreview({ ...draftOf(null, null), filter: 'tag:(' })).toBeNull()
  })

  const bad: readonly (readonly [Partial<RuleDraft>, string])[] = [
    [{ kind: 'peer-count', count: '-1' }, 'count'],
    [{ kind: 'peer-count', count: '' }, 'count'],
    [{ kind: 'peer-count', count: '1.5' }, 'count'],
    [{ kind: 'peer-count', count: '1000001' }, 'count'],
    [{ kind: 'rtt-above', rtt: 'slow' }, 'rtt'],
    [{ kind: 'rtt-above', rtt: '0 ms' }, 'rtt'],
    [{ kind: 'rtt-above', rtt: '2h' }, 'rtt'],
    [{ kind: 'network-lost', duration: 'long' }, 'duration'],
    [{ cooldown: '8d' }, 'cooldown'],
    [{ quiet: true, quietFrom: '25:00' }, 'quietFrom'],
    [{ quiet: true, quietTo: '' }, 'quietTo'],
    [{ quiet: true, quietFrom: '22:00', quietTo: '22:00' }, 'quietTo'],
    [{ webhook: 'ftp://host' }, 'webhook'],
    [{ webhook: 'host' }, 'webhook'],
  ]
  it.each(bad)('tells of %j at its field', (changes, field) => {
    const result = readDraft({ ...draftOf(null, null), name: 'x', ...changes })
    expect(result.ok ? [] : Object.keys(result.errors)).toEqual([field])
  })

  it('tells where a filter is wrong, and only where there is one', () => {
    const wrong = { ...draftOf(null, null), name: 'x', filter: 'tag:a colour:red' }
    const result = readDraft(wrong)
    expect(result.ok ? null : result.problem?.position).toBe(6)
    expect(readDraft({ ...wrong, kind: 'network-lost' }).ok).toBe(true)
    // It asks of events: that is no tag.
    const ofEvents = readDraft({ ...wrong, filter: 'kind:left' })
    expect(ofEvents).toMatchObject({
      ok: false,
      problem: { plain: expect.stringContaining('a rule asks'), mend: { instead: 'state' } },
    })
  })

  it('says in a line what a rule watches for', () => {
    const nameOf = (peerId: PeerId): string => (peerId === peerIdAt(1) ? 'brave fox' : peerId)
    expect(RULES.map((one) => watchesFor(one, nameOf))).toEqual([
      'any peer that passes tag:a departs',
      'any peer goes silent',
      'any peer appears',
      'more than 7 peers that pass tag:a, for 1.5 min',
      'any peer answers more slowly than 300 ms',
      'we have lost all neighbors, for 1.5 s',
      'the known links fall into two or more islands',
    ])
    // Rules about one peer name it.
    const filter = `id:${peerIdAt(1)}`
    const watching = [rule({ kind: 'peer-departed', filter }), rule({ kind: 'rtt-above', filter, ms: 300 })]
    expect(watching.map((one) => watchesFor(one, nameOf))).toEqual([
      'brave fox departs',
      'brave fox answers more slowly than 300 ms, for 1 min',
    ])
  })
})

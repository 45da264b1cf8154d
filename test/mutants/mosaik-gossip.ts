import type { Mutant } from './mutant.ts'

const AT = 'src/main/network/iroh/gossip'
const TESTS = 'test/unit/network/iroh/gossip'
const WIRE = `${AT}/wire.ts`
const HYPARVIEW = `${AT}/hyparview.ts`
const VIEWS = `${AT}/views.ts`
const PLUMTREE = `${AT}/plumtree.ts`
const MISSING = `${AT}/missing.ts`
const CONTENTS = `${AT}/contents.ts`
const MACHINE = `${AT}/machine.ts`
const CONFIG = `${AT}/config.ts`

/** Ways to break a rule, each a name, a text and what stands in its place. */
const breaking = (
  rule: string,
  file: string,
  test: string,
  ...changes: readonly (readonly [name: string, find: string, replace: string])[]
): Mutant[] =>
  changes.map(([name, find, replace]) => ({ rule, name, file, find, replace, tests: [`${TESTS}/${test}.test.ts`] }))

/** The gossip of mosaik networks: rules MO20 to MO29. */
export const MOSAIK_GOSSIP: readonly Mutant[] = [
  ...breaking(
    'MO20',
    WIRE,
    'wire',
    ['Prune and Graft change places', "['Gossip', 'Prune', 'Graft', 'IHave']", "['Gossip', 'Graft', 'Prune', 'IHave']"],
    ['the length of a frame is little-endian', 'setUint32(0, bytes.length)', 'setUint32(0, bytes.length, true)'],
    ['low is the first priority', "=== 0 ? 'High' : 'Low'", "=== 0 ? 'Low' : 'High'"],
    ['a content may fill the whole message', 'maxMessageBytes - 1 - AROUND_CONTENT', 'maxMessageBytes'],
  ),
  ...breaking('MO20', `${AT}/peer-data.ts`, 'wire', [
    'IPv6 addresses stand first',
    'a.ip.length - b.ip.length',
    'b.ip.length - a.ip.length',
  ]),
  ...breaking(
    'MO21',
    HYPARVIEW,
    'hyparview',
    ['who joins is not introduced', 'if (peer !== from) out.push', 'if (peer === from) out.push'],
    ['a ForwardJoin loses no hops', 'peer: { id, data }, ttl: ttl - 1 }', 'peer: { id, data }, ttl }'],
    ['no ForwardJoin leaves a spare', 'if (ttl === this.#config.passiveWalk)', 'if (ttl < 0)'],
    ['a ForwardJoin comes back', 'views.anyNeighbor(from)\n', 'views.anyNeighbor()\n'],
    ['a ForwardJoin goes on without hops', 'if (ttl === 0 || views.active.size <= 1)', 'if (views.active.size <= 1)'],
    ['ForwardJoins walk as far as they say', 'Math.min(said, this.#config.activeWalk)', 'said'],
    ['a dropped peer hears nothing', '      this.#farewell(dropped, true, out)\n', ''],
    ['who is gone stays a spare', 'if (!alive) this.#views.passive.delete(from)', ''],
    ['who left is never a spare', 'this.#remove(from, alive, now, out)', 'this.#remove(from, false, now, out)'],
    ['leaving is not told', '      this.#farewell(peer, false, out)\n', ''],
    [
      'who never answers stays connected',
      '      if (wait.settleBy > now) continue',
      '      if (wait.settleBy > 0) continue',
    ],
  ),
  ...breaking(
    'MO22',
    HYPARVIEW,
    'hyparview',
    ['there is always room', 'const room = priority', 'const room = true || priority'],
    ['high priority may be refused', "priority === 'High' || !this.#views.isFull", '!this.#views.isFull'],
    ['all requests are of low priority', "active.size === 0 ? 'High' : 'Low'", "active.size > 9 ? 'High' : 'Low'"],
    [
      'answers are answered',
      'const isAnswer = neighbor.greetedUntil > now',
      'const isAnswer = neighbor.greetedUntil > now + 1e9',
    ],
    ['no request is answered', 'if (!isAnswer) this.#greet', 'if (isAnswer) this.#greet'],
    [
      'all spares are asked one after the other',
      'this.#refillAt = now + refillDelay(this.#refusals)',
      'this.#refillAt = now',
    ],
    ['a spare that is silent stays', 'if (spare.missed > 1)', 'if (spare.missed > 9)'],
    ['one silence is enough', 'if (spare.missed > 1)', 'if (spare.missed > 0)'],
    ['a spare out of reach stays', 'if (!reached) this.#views.passive.delete(peer)', 'if (reached && !reached) return'],
  ),
  ...breaking(
    'MO23',
    HYPARVIEW,
    'hyparview',
    [
      'shuffles come twice as often',
      'this.#shuffleAt = now + this.#config.shuffleIntervalMs',
      'this.#shuffleAt = now + this.#config.shuffleIntervalMs / 2',
    ],
    ['a first neighbor is not asked', 'if (active.size === 1) this.#shuffleSoon(now)', ''],
    ['a Shuffle loses no hops', 'nodes: views.fitting(nodes), ttl: ttl - 1 }', 'nodes: views.fitting(nodes), ttl }'],
    ['Shuffles walk as far as they say', 'Math.min(message.ttl, this.#config.shuffleWalk)', 'message.ttl'],
    [
      'the peers of a Shuffle are forgotten',
      'for (const { id, data } of nodes) views.addSpare',
      'for (const { id, data } of nodes.slice(9)) views.addSpare',
    ],
    [
      'a ShuffleReply is not read',
      'this.#views.sound(nodes)) this.#views.addSpare',
      'this.#views.sound([])) this.#views.addSpare',
    ],
    ['the connection for a reply stays', 'if (!stays) out.push', 'if (stays) out.push'],
  ),
  ...breaking('MO23', VIEWS, 'hyparview', ['we do not name ourselves', '      { id: this.me, data },\n', '']),
  ...breaking(
    'MO24',
    PLUMTREE,
    'plumtree',
    ['who sent a content gets it back', '      if (peer === from) continue\n', ''],
    [
      'the hops of a content stand still',
      'Math.min(scope.round + 1, BOUNDS.hops)',
      'Math.min(scope.round, BOUNDS.hops)',
    ],
    ['nobody is told to prune', 'this.#prune(from, link, out)\n      return', 'return'],
    [
      'who pruned us stays eager',
      "      case 'Prune':\n        link.eager = false",
      "      case 'Prune':\n        link.eager = true",
    ],
    ['neighbors are lazy at first', 'this.#links.set(peer, { eager: true', 'this.#links.set(peer, { eager: false'],
    ['announcements go out at once', 'this.#dispatchAt ??= now + this.#config.dispatchMs', 'this.#dispatchAt ??= now'],
    ['announcements go out again', '      link.queue = []\n', ''],
    ['a repeat is pushed again', 'if (link.eager && !onlyAnnounce)', 'if (link.eager)'],
    ['what does not fit is sent', 'if (!this.#fits(content, round)) {', 'if (round < 0) {'],
  ),
  ...breaking(
    'MO25',
    MISSING,
    'plumtree',
    ['the first Graft waits longer', 'now + this.#config.graftFirstMs', 'now + 2 * this.#config.graftFirstMs'],
    ['the next Graft waits as long', 'now + this.#config.graftNextMs', 'now + this.#config.graftFirstMs'],
    [
      'a neighbor is asked as often as it announced',
      'if (wanted?.claims.some((claim) => claim.peer === peer) === true) return true\n',
      '',
    ],
    ['what came is asked for', '    this.#announced.delete(id)\n    this.#asked.delete(id)\n', ''],
    ['only one neighbor is asked', 'claims: others, at:', 'claims: [], at:'],
  ),
  ...breaking(
    'MO25',
    PLUMTREE,
    'plumtree',
    ['a Graft changes no link', '    link.eager = true\n    const kept', '    const kept'],
    ['who is asked stays lazy', '      link.eager = true\n      out.push', '      out.push'],
    [
      'a path of 6 hops less is better',
      'round - best.round < this.#config.optimizationHops',
      'round - best.round < this.#config.optimizationHops - 1',
    ],
    ['the longer path stays', '    this.#prune(from, link, out)\n  }\n', '  }\n'],
    [
      'what is known is asked for',
      'if (seen !== undefined && !seen.nearby) continue',
      'if (seen?.passOn === false) continue',
    ],
  ),
  ...breaking('MO25', MACHINE, 'plumtree', [
    'a timer that comes early was the last one',
    '        this.#timerAt = null\n',
    '',
  ]),
  ...breaking('MO25', CONTENTS, 'plumtree', [
    'contents are kept for ever',
    'until: now + this.#config.contentMs',
    'until: now + 1e9',
  ]),
  ...breaking(
    'MO26',
    PLUMTREE,
    'plumtree',
    [
      'what is rejected is passed on',
      'if (passOn && round !== null) this.#forward',
      'if (round !== null) this.#forward',
    ],
    [
      'nothing is passed on',
      'if (passOn && round !== null) this.#forward',
      'if (!passOn && round !== null) this.#forward',
    ],
    [
      'a content is pushed before it is judged',
      '    this.#unjudged.set(id, { content, from, round })\n',
      '    this.#unjudged.set(id, { content, from, round })\n    if (round !== null) this.#forward(id, content, round, from, now, out)\n',
    ],
    [
      'a content may be judged twice',
      '    this.#unjudged.delete(id)\n    const seen = this.#contents.seen(id)\n    if (seen !== undefined) seen.passOn = passOn',
      '    const seen = this.#contents.seen(id)\n    if (seen !== undefined) seen.passOn = passOn',
    ],
    [
      'a content for neighbors counts as known',
      'if (seen !== undefined && (nearby || !seen.nearby))',
      'if (seen !== undefined)',
    ],
    ['a judgement is forgotten', 'else if (seen.passOn === true) this.#forward', 'else this.#forward'],
  ),
  ...breaking('MO26', CONTENTS, 'plumtree', [
    'ids are forgotten at once',
    'until: now + this.#config.idMs',
    'until: now + 1',
  ]),
  ...breaking(
    'MO27',
    PLUMTREE,
    'hostile',
    ['any id is believed', 'if (idOf(content) !== id)', "if (id === '')"],
    ['hops have no end', 'Math.min(scope.round + 1, BOUNDS.hops)', 'scope.round + 1'],
    [
      'strangers may announce',
      '    if (link === undefined) {\n      this.#counters.strangers += 1\n      return\n    }',
      '    if (link === undefined) return',
    ],
  ),
  ...breaking(
    'MO27',
    VIEWS,
    'hostile',
    ['anything is a key', '|| isKey(id)) return true', '|| id.length > 0) return true'],
    ['others speak for a peer', 'known.firstHand && !firstHand', 'known.firstHand && firstHand'],
    ['we may be our own spare', 'if (id === this.me || this.active.has(id)) return', 'if (this.active.has(id)) return'],
  ),
  ...breaking(
    'MO27',
    MACHINE,
    'hostile',
    ['we hear ourselves', '        if (input.from === this.#me) return\n', ''],
    [
      'who takes us for a neighbor goes on',
      "if (!known) out.push({ kind: 'disconnect', peer: from })",
      'if (known) return',
    ],
  ),
  ...breaking('MO27', HYPARVIEW, 'hostile', [
    'we may join ourselves',
    'if (peer === this.#views.me || this.#views.active.has(peer)) continue',
    'if (this.#views.active.has(peer)) continue',
  ]),
  ...breaking(
    'MO28',
    VIEWS,
    'hostile',
    ['spares have no bound', 'this.passive.size < this.#config.passiveView ?', 'this.passive.size < 100 ?'],
    ['all peers of a message are read', '      .slice(0, BOUNDS.nodes)\n', ''],
    ['address data has no bound', 'data.length === 0 || data.length > BOUNDS.peerData', 'data.length === 0'],
    ['messages may be too large', 'if (bytes > left) return false', 'if (bytes > 1e9 + left) return false'],
    ['anybody may be asked', 'this.waiting.size >= BOUNDS.waiting', 'this.waiting.size >= 1000'],
  ),
  ...breaking('MO28', MISSING, 'hostile', [
    'announcements have no bound',
    'if (count >= BOUNDS.missing)',
    'if (count >= 1e9)',
  ]),
  ...breaking(
    'MO28',
    PLUMTREE,
    'hostile',
    ['queues have no bound', 'if (link.queue.length >= BOUNDS.announcements)', 'if (link.queue.length >= 1e9)'],
    ['contents wait for ever', 'if (this.#unjudged.size > BOUNDS.unjudged) {', 'if (this.#unjudged.size > 1e9) {'],
    ['a peer that is gone may be asked', '    this.#missing.forget(peer)\n', ''],
  ),
  ...breaking('MO28', CONTENTS, 'hostile', [
    'bytes have no bound',
    '|| this.#bytes > BOUNDS.contentBytes',
    '|| this.#bytes > 1e12',
  ]),
  ...breaking(
    'MO29',
    CONFIG,
    'hostile',
    ['more may come at once', 'admissions: { perSecond: 4, burst: 40 }', 'admissions: { perSecond: 4, burst: 50 }'],
    ['more may come a second', 'admissions: { perSecond: 4, burst: 40 }', 'admissions: { perSecond: 6, burst: 40 }'],
    [
      'all are told of others',
      'turnedAway: { perSecond: 20, burst: 100 }',
      'turnedAway: { perSecond: 20, burst: 1000 }',
    ],
    [
      'a neighbor may join again and again',
      'renewals: { perSecond: 0.2, burst: 5 }',
      'renewals: { perSecond: 0.2, burst: 50 }',
    ],
    ['more ForwardJoins go on', 'forwards: { perSecond: 20, burst: 100 }', 'forwards: { perSecond: 20, burst: 150 }'],
    ['more Shuffles go on', 'shuffles: { perSecond: 0.5, burst: 20 }', 'shuffles: { perSecond: 0.5, burst: 30 }'],
    ['strangers fill our views', 'strangers: { perSecond: 1, burst: 20 }', 'strangers: { perSecond: 1, burst: 30 }'],
    ['more Grafts are answered', 'grafts: { perSecond: 100, burst: 400 }', 'grafts: { perSecond: 100, burst: 500 }'],
  ),
  ...breaking('MO29', VIEWS, 'hostile', [
    'floods push all neighbors out',
    'filter(([, { since }]) => since > now - TIMES.provenMs)',
    'filter(([, { since }]) => since > now + TIMES.provenMs)',
  ]),
  ...breaking(
    'MO29',
    HYPARVIEW,
    'hostile',
    [
      'every Join takes a place',
      "if (!this.#allowed.take('admissions', now)) return this.#turnAway(from, now, out)\n      this",
      'this',
    ],
    ['every request takes a place', "if (!room || (!asked && !this.#allowed.take('admissions', now)))", 'if (!room)'],
    [
      'who is turned away hears of nobody',
      "if (this.#allowed.take('turnedAway', now)) this.#farewell(peer, true, out)\n    else ",
      '',
    ],
    [
      'every ForwardJoin may cost a neighbor',
      "if (views.isFull && !this.#allowed.take('admissions', now))",
      'if (views.isFull && now < 0)',
    ],
  ),
]

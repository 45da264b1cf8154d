/** Texts of the demo's story. */
import { DEMO_SILENT_MS } from '../../../shared/demo-story.ts'
import type { DemoBeat, DemoShown } from '../../../shared/demo-story.ts'

const SILENT = `${DEMO_SILENT_MS / 1000} s`

/** What is said of each moment of the story; `who` are nicknames. */
const SENTENCES: Readonly<Record<Exclude<DemoBeat, 'unseen'>, (who: string, other: string) => string>> = {
  begins: () => 'This chapter begins once its peers are known here.',
  calm: () => 'Real peers on this machine found each other. Nothing leaves it.',
  joined: (who) => `${who} joined, and is known here: it is in the table and in the graph.`,
  crashed: (who) => `${who} crashed without a goodbye. It counts as here until its last announcement is ${SILENT} old.`,
  goodbye: (who, other) => `${who} said goodbye and left at once, while ${other} still counts as here.`,
  silent: (who, other) => `${who} counts as silent now; ${other} had said goodbye. The two never look alike.`,
  slow: (who) => `${who}, a relay, answers more and more slowly.`,
  slower: (who) => `${who} answers later still: p95 rises with it, the median does not.`,
  old: (who) => `${who} joined with an old client, 1.3.9, and without a region.`,
  split: () => 'The peers fell into two islands, which do not talk to each other. Until links tell, it looks whole.',
  parted: () => 'The known links make more than one island now: that is how a split shows.',
  healed: () => 'The islands talk to each other again. It takes some seconds until the links tell.',
  whole: () => 'One island again. The timeline keeps when it split and when it healed.',
  end: () => 'That was the story. The peers go on, and some come and go.',
}

/** What is said where the network did not show it in time. */
const NOT_SHOWN: Readonly<Record<DemoShown, (who: string, other: string) => string>> = {
  joined: (who) => startedUnknown(who),
  crashed: (who) => `${who} did not come to be known here in time, so it did not crash.`,
  goodbye: (who, other) => `That ${who} says goodbye while ${other} still counts as here did not show in time.`,
  silent: (who) => `${who} crashed, but still counts as here: its silence did not show in time.`,
  slow: (who) => `${who} was to answer slowly, but was not measured so in time.`,
  slower: (who) => `${who} answers later still, but its measured times do not stand out from the others’ yet.`,
  old: (who) => startedUnknown(who),
  split: () => 'The links did not make one island of all peers in time, so nothing was split.',
  parted: () => 'The peers fell into two islands, but the links did not tell in time; it was healed.',
  healed: () => 'The links told of two islands too late to last; it was healed.',
  whole: () => 'The islands talk to each other again, but the links did not tell in time.',
}

function startedUnknown(who: string): string {
  return who === '' ? 'A peer was to join, but did not start.' : `${who} started, but no word of it came here in time.`
}

/** What is said of the end of a chapter that went on while nobody looked, in place of what is said at once. */
const MISSED: Readonly<Partial<Record<DemoBeat, (who: string, other: string) => string>>> = {
  silent: (who, other) => `${who} crashed and went silent, ${other} said goodbye.`,
  whole: () => 'the network split, and is whole again. The timeline keeps when.',
}

const LOOK: Readonly<Record<DemoBeat, (who: string) => string>> = {
  begins: () => 'the network as a graph',
  calm: () => 'the network as a graph',
  joined: (who) => `${who} in the table`,
  crashed: (who) => who,
  goodbye: () => 'who left, and how',
  silent: () => 'who left, and how',
  slow: (who) => `why ${who} is slow`,
  slower: (who) => `why ${who} is slow`,
  old: () => 'old client, no region',
  split: () => 'the islands',
  parted: () => 'the islands',
  healed: () => 'the islands',
  whole: () => 'when it split and healed',
  unseen: () => 'how it is now',
  end: () => 'how it is now',
}

/** What the window says of the demo. */
export const DEMO = {
  label: 'The demo’s story',
  chapters: ['The network', 'A crash and a goodbye', 'A slow relay', 'An old version', 'A split'],
  chapter: (number: number, of: number, title: string) => `${number} of ${of} · ${title}`,
  over: 'The story is over',
  sentence: SENTENCES,
  notShown: NOT_SHOWN,
  missed: MISSED,
  /** Where it is not known what. */
  nothingShown: 'What was to happen did not show here in time.',
  /** @param clock the local time */
  whileAway: (clock: string, what: string) => `At ${clock}, while nobody looked: ${what}`,
  lookAt: (what: string) => `Look at: ${what}`,
  look: LOOK,
  again: 'Play it again',
  skip: 'Skip ahead',
  back: 'Chapter before',
  hide: 'Hide the story',
  waits: 'The story waits until we are connected with the peers of the demo.',
} as const

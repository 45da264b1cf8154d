/** Texts of the demo's story. */
import { DEMO_SILENT_MS } from '../../../shared/demo-story.ts'
import type { DemoBeat } from '../../../shared/demo-story.ts'

const SILENT = `${DEMO_SILENT_MS / 1000} s`

/** What is said of each moment of the story; `who` are nicknames. */
const SENTENCES: Readonly<Record<DemoBeat, (who: string, other: string) => string>> = {
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
  unseen: () => 'What happened then was not seen here in time. The story goes on.',
  end: () => 'That was the story. The peers go on, and some come and go.',
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
  lookAt: (what: string) => `Look at: ${what}`,
  look: LOOK,
  again: 'Play it again',
  skip: 'Skip ahead',
  back: 'Chapter before',
  hide: 'Hide the story',
  waits: 'The story waits until we are connected with the peers of the demo.',
} as const

import { counted } from '../../../shared/counted.ts'
import { formatCount } from './format.ts'

/** Texts of the graph. A letter in brackets is the key that does the same. */
export const GRAPH = {
  label:
    'Network graph. Arrow keys walk between peers and clusters, N and P step through all peers, E through the lines of a peer. Enter opens the inspector, or a cluster. B shows all links, A arranges otherwise, O colours otherwise.',
  colourBy: 'Colour by',
  arrangeBy: 'Arrange',
  /** What colours and arrangements go by, beside keys of tags. */
  choices: {
    state: 'State',
    rtt: 'Round trip',
    island: 'Island',
    tag: 'Tag',
    group: 'Group',
    force: 'By links',
    rings: 'Rings by round trip',
  },
  /** A choice of clusters. */
  clusters: (by: string) => `Clusters by ${by}`,
  tagKeys: 'Tag keys',
  noTagKeys: 'No tag key is shared by two peers.',
  linesShown: 'Lines',
  backboneOn: 'Show only backbone links (B)',
  backboneOff: 'Show all links (B)',
  backbone: 'Backbone links',
  allLinks: 'All links',
  linksShown: (shown: string, all: string) =>
    shown === all
      ? `${all === '1' ? '' : 'All '}${counted(all, 'link')}`
      : `Backbone: ${shown} of ${counted(all, 'link')}`,
  oneLink: '1 link',
  linksOfSelected: 'Links: those of the selected peer',
  scaleUnit: 'ms',
  scale: (from: string, to: string) => `Round-trip time from ${from} to ${to} ms`,
  unmeasured: 'not measured',
  others: 'others',
  around: (peer: string) => (peer === '' ? 'cluster' : `around ${peer}`),
  /** How many peers there are of something; we are never counted, and said to be there. */
  counted: (count: number, withUs: boolean) =>
    !withUs ? formatCount(count) : count === 0 ? 'us' : `${formatCount(count)} + us`,
  /** @param matches of its peers those that the filter matches; null without a filter */
  bubbleSaid: (name: string, peers: string, withUs: boolean, matches: string | null) => {
    const ours = withUs ? ' and ourselves' : ''
    const match = matches === null ? '' : `; the filter matches ${matches} of ${counted(peers, 'peer')}`
    const told = withUs && peers === '0' ? 'only ourselves' : `${counted(peers, 'peer')}${ours}${match}`
    return `Cluster${name === '' ? '' : ` ${name}`}, ${told}. Enter opens it.`
  },
  /** Beside a cluster that is pointed at; the name is empty while peers are being arranged. @param peers its number, with a filter `12 of 150` */
  bubbleTold: (name: string, peers: string, onlyUs: boolean) =>
    `${name === '' ? 'cluster' : name} · ${onlyUs ? 'only ourselves' : counted(peers, 'peer')}`,
  bubblesHint: (count: string) => `${counted(count, 'cluster')}: click or zoom in`,
  legendShow: 'Show the legend',
  legendHide: 'Hide the legend',
  legend: 'Legend',
  rtt: 'Round trip',
  island: (place: string) => `island ${place}`,
  otherIslands: 'smaller islands',
  noLinks: 'no known link',
  otherValues: 'other values',
  noValue: (key: string) => `no ${key}`,
  otherGroups: 'other groups',
  noGroup: 'no group',
  zoomIn: 'Zoom in (+)',
  zoomOut: 'Zoom out (−)',
  fit: 'Fit to view (0)',
  fitMatches: 'Fit what the filter matches to view (0)',
  freeze: 'Freeze the layout (F)',
  unfreeze: 'Let the layout move again (F)',
  frozen: 'Layout frozen',
  arranging: 'Arranging …',
  percent: (percent: number) => `${percent} %`,
  stopArranging: 'Stop',
  pin: 'Pin the selected peer in its place (L)',
  unpin: 'Let the selected peer go (L)',
  pinNone: 'Select a peer to pin it, or drag one',
  exportPng: 'Save picture (PNG)',
  exportSvg: 'Save drawing of the whole graph (SVG)',
  exportGexf: 'Save for Gephi (GEXF)',
  exports: 'Save the graph',
  saved: (name: string) => `Saved ${name}`,
  svgTitle: (network: string, peers: string, at: string) => `Peerscope: ${network}, ${counted(peers, 'peer')}, ${at}`,
  holds: 'Show “its catalog holds”',
  holdsOff: 'Hide “its catalog holds”',
  verb: (what: string) => `Graph: ${what.charAt(0).toLowerCase()}${what.slice(1)}`,
  colours: (by: string) => `Colour by ${by}`,
  arranges: (by: string) => `Arrange: ${by}`,
  noWebgl: 'The graph needs WebGL 2, which this machine does not offer. The list of peers works without.',
  empty: 'No peers to draw: switch marks of the legend on to see those that left.',
  shown: (label: string, on: boolean) => `${on ? 'Hide' : 'Show'} ${label}`,
  filter: 'Filter the graph: fox, tag:role:*, rtt>200ms',
  matches: (shown: string, all: string) => `${shown} of ${all}`,
  matchesShort: (matches: string) => matches.replace(' of ', '/'),
  minimap: 'Overview of the whole graph: click or drag to look elsewhere',
  lost: {
    title: 'We lost the network',
    text: 'Peerscope keeps dialing known peers.',
    asItWas: 'Show it as it was',
    bootstrap: 'Look at Bootstrap',
    leave: 'Leave network …',
  },
  edge: {
    title: 'Line between two peers',
    close: 'Close',
    gone: 'This line is no longer there.',
    self: 'this peer',
    /** What the fact says, by kind; `by` is who said it. */
    connection: (a: string, b: string) => `${a} has a live connection with ${b}`,
    neighbor: (a: string, b: string) => `${a} has ${b} as a gossip neighbor`,
    holds: (a: string, b: string) => `The catalog of ${a} holds ${b}`,
    seen: 'seen by this peer',
    said: (who: string) => `said by ${who}`,
    since: 'since',
    known: 'as of',
    noLink: (why: string) => `not counted: ${why}`,
  },
  /** Claims that are not links of the moment. */
  claims: {
    title: (why: string) => `Claimed, but not counted: ${why}`,
    by: (who: string) => `by ${who}`,
    ours: 'by ourselves',
    why: {
      'not here': 'one of the two is not here',
      'too old': 'it was said more than 15 minutes before',
      'taken back': 'the other one spoke later and did not name this link',
    },
  },
} as const

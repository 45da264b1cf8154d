/** What keys do, by where. */
export const KEYS = {
  title: 'Keyboard shortcuts',
  /** Keys that stand together do the same, or one thing in several directions. */
  groups: [
    {
      title: 'Anywhere',
      keys: [
        { keys: ['Ctrl', 'K'], mac: ['⌘', 'K'], what: 'Command palette' },
        { keys: ['?'], what: 'This list' },
        { keys: ['/'], what: 'To the filter, in Health, Network, Peers, Timeline and Snapshots' },
        {
          keys: ['W'],
          what: 'Watch the selected peer or the filter, whichever you chose last, or on the Health page the islands; stop watching it',
        },
        {
          keys: ['G', 'then', 'H N P T B A S ,'],
          what: 'To Health, Network, Peers, Timeline, Bootstrap, Alerts, Snapshots, Settings',
        },
        { keys: ['Esc'], what: 'Close what is open; from the past back to now' },
      ],
    },
    {
      title: 'Command palette',
      keys: [
        { keys: ['↑', '↓'], what: 'Next and previous line' },
        { keys: ['Ctrl', 'Shift', 'C'], mac: ['⌘', 'Shift', 'C'], what: 'Copy the command line of the marked verb' },
      ],
    },
    {
      title: 'Charts of health',
      keys: [
        { keys: ['←', '→', 'Page ↑', 'Page ↓', 'Home', 'End'], what: 'Move the crosshair' },
        { keys: ['Shift', '← →'], what: 'Select a span' },
        { keys: ['Enter'], what: 'Show the network at that moment, or the events of the span' },
        { keys: ['Esc'], what: 'Take span and crosshair away; from the past back to now' },
      ],
    },
    {
      title: 'Graph',
      keys: [
        { keys: ['←', '→', '↑', '↓'], what: 'Walk to the nearest peer or cluster in that direction' },
        { keys: ['N', 'P'], what: 'Next and previous peer' },
        { keys: ['E'], what: 'Next line of the selected peer, explained' },
        { keys: ['Enter'], what: 'To the inspector of the selected peer, or open the cluster' },
        { keys: ['C'], what: 'Copy the id of the selected peer' },
        { keys: ['L'], what: 'Pin the selected peer, or let it go' },
        { keys: ['B'], what: 'All links, or the backbone' },
        { keys: ['A'], what: 'Arrange peers in the next way' },
        { keys: ['O'], what: 'Colour by the next meaning' },
        { keys: ['V'], what: 'Compare the selected peer with another' },
        { keys: ['Shift', 'click'], what: 'Compare the selected peer with the one that is clicked' },
        { keys: ['F'], what: 'Freeze the layout, or let it move' },
        { keys: ['+', '−', '0'], what: 'Zoom in, zoom out, fit to view: with a filter what it matches' },
        { keys: ['Esc'], what: 'Close the explanation, then the selection, then the clusters that were opened' },
      ],
    },
    {
      title: 'Table of peers',
      keys: [
        { keys: ['↑', '↓', 'Page ↑', 'Page ↓', 'Home', 'End'], what: 'Move through the peers' },
        { keys: ['Space'], what: 'Choose the peer, or not' },
        { keys: ['Shift', '↑ ↓'], what: 'Choose all peers on the way' },
        { keys: ['Ctrl', 'A'], mac: ['⌘', 'A'], what: 'Choose all' },
        { keys: ['Ctrl', 'C'], mac: ['⌘', 'C'], what: 'Copy the ids of those that are chosen' },
        { keys: ['Enter'], what: 'Open the inspector' },
        { keys: ['Esc'], what: 'Choose none; then close the inspector' },
      ],
    },
    {
      title: 'Bars of the timeline',
      keys: [
        { keys: ['←', '→'], what: 'To the bar before and after' },
        { keys: ['Page ↓', 'Page ↑', 'Home', 'End'], what: 'Ten bars back and forth, to the first and the last' },
        { keys: ['Shift', '← →'], what: 'Select a span: the list shows what happened in it' },
        { keys: ['Enter'], what: 'Show the network at that moment' },
      ],
    },
    {
      title: 'Time slider',
      keys: [
        { keys: ['←', '→'], what: 'A little earlier, a little later' },
        { keys: ['Page ↓', 'Page ↑'], what: 'Much earlier, much later' },
        { keys: ['Esc'], what: 'Back to now' },
      ],
    },
  ],
} as const

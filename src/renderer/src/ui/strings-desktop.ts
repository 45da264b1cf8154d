/** Texts of what only the desktop app has, and of invitations. */
export const DESKTOP = {
  invitation: 'Invitation',
  invitationLead: 'A link or another start of Peerscope asks you to join a network. Nothing has been contacted yet.',
  invitationNetwork: 'Network',
  invitationAddresses: 'Addresses that would be contacted',
  invitationNoAddresses: 'None: peers are looked for as your settings say.',
  invitationIgnored: (names: readonly string[]) =>
    `The link also holds what this version does not know: ${names.join(', ')}. It is ignored.`,
  invitationRelays: 'No relay is contacted; to use relays, join from the join page.',
  invitationWarning:
    'The sender of the link learns your IP address when you join. Accept only what comes from somebody you trust.',
  invitationLeaves: (name: string) => `You leave ${name} first.`,
  accept: 'Join',
  decline: 'Ignore',
  title: 'Desktop app',
  note: 'Changes apply at once, except for hardware acceleration.',
  startHidden: 'Start in the tray',
  startHiddenHelp: 'Without a window: click the icon in the tray to open it.',
  startAtLogin: 'Start when I log in',
  startAtLoginHelp: 'Peerscope starts by itself with your session.',
  close: 'Closing the window',
  closeChoices: { ask: 'asks', tray: 'keeps it in the tray', quit: 'quits' },
  updates: 'Look for new versions',
  updatesHelp:
    'Once a day, at the place that Peerscope was downloaded from. You are asked before anything is downloaded.',
  acceleration: 'Use hardware acceleration',
  accelerationHelp:
    'Draws with the graphics processor. Turn it off if the window stays empty or flickers. Applies at the next start.',
  restart: 'Restart now',
  log: 'Log file',
  openLogs: 'Open logs',
  noTrayStart: 'This desktop shows no tray, so Peerscope starts with its window.',
  noTrayClose: 'This desktop shows no tray, so closing the window quits Peerscope.',
  noLogin: 'Only the packaged app can do this.',
  keychain: 'Your identity key is encrypted by the keychain of this system.',
  noSandbox:
    'Chromium’s sandbox is off: Peerscope was started with --no-sandbox, which an AppImage adds by itself where the system allows no user namespaces. The deb package runs in the sandbox.',
  noKeychain: 'This system has no keychain: your identity key is in a file that only you can read.',
} as const

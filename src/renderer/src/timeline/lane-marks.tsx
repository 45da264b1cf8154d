import {
  IconAffiliate,
  IconAlertTriangle,
  IconDeviceDesktopExclamation,
  IconDoorExit,
  IconPoint,
  IconRefresh,
  IconRepeat,
  IconUserPlus,
  IconUserQuestion,
  IconVolumeOff,
} from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import type { Lane } from '../../../shared/lanes.ts'
import { HATCHED } from '../ui/colours.ts'
import { Swatch } from '../ui/swatch.tsx'
import { laneColour } from '../ui/theme.ts'

const ICONS: Readonly<Record<Lane, Icon>> = {
  joined: IconUserPlus,
  goodbye: IconDoorExit,
  silent: IconVolumeOff,
  lost: IconUserQuestion,
  restarted: IconRefresh,
  failed: IconAlertTriangle,
  islands: IconAffiliate,
  own: IconDeviceDesktopExclamation,
  other: IconPoint,
  again: IconRepeat,
}

/** The picture of a lane: its form tells lanes apart where colours do not. */
export function LaneIcon({ lane }: { readonly lane: Lane }) {
  const Picture = ICONS[lane]
  return <Picture size={15} aria-hidden className="ps-lane-icon" style={{ color: laneColour(lane) }} />
}

/** The colour of a lane as its bars have it. */
export function LaneSwatch({ lane }: { readonly lane: Lane }) {
  return <Swatch look={HATCHED.has(lane) ? 'hatched' : 'solid'} colour={laneColour(lane)} />
}

import { join } from 'node:path'
import { z } from 'zod'
import type { DesktopSettings } from '../../shared/desktop-binding.ts'
import { JsonFile } from '../monitor/json-file.ts'
import type { Logger } from '../monitor/open-node.ts'

/** What holds until somebody changes it. */
export const DEFAULT_DESKTOP_SETTINGS: DesktopSettings = {
  startHidden: false,
  startAtLogin: false,
  closeToTray: 'ask',
  hardwareAcceleration: true,
}

// What is missing or not valid has its default, one by one.
const fileSchema: z.ZodType<DesktopSettings> = z.object({
  startHidden: z.boolean().catch(DEFAULT_DESKTOP_SETTINGS.startHidden),
  startAtLogin: z.boolean().catch(DEFAULT_DESKTOP_SETTINGS.startAtLogin),
  closeToTray: z.enum(['ask', 'tray', 'quit']).catch(DEFAULT_DESKTOP_SETTINGS.closeToTray),
  hardwareAcceleration: z.boolean().catch(DEFAULT_DESKTOP_SETTINGS.hardwareAcceleration),
})

/** The desktop host's own settings: `desktop.json` in the data folder. */
export function openDesktopSettings(dataDir: string | null, logger: Logger): JsonFile<DesktopSettings> {
  const path = dataDir === null ? null : join(dataDir, 'desktop.json')
  return new JsonFile(path, fileSchema, DEFAULT_DESKTOP_SETTINGS, logger)
}

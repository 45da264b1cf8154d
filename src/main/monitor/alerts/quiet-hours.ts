import type { AlertRule } from '../../../shared/alerts.ts'

/** Whether a local time of day, in minutes since midnight, lies within quiet hours. The end is no part of them. */
export function isQuiet(hours: AlertRule['quietHours'], minutes: number): boolean {
  if (hours === null) return false
  const { from, to } = hours
  return from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to
}

/** The time of day in the system's time zone, in minutes since midnight. */
export function localMinutes(at: number): number {
  const date = new Date(at)
  return date.getHours() * 60 + date.getMinutes()
}

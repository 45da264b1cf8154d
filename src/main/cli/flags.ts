import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import type { ConfigField, DiscoveryConfig } from '../../shared/config.ts'
import { CONFIG_FIELDS, describeRange, formatDuration, parseField, resolveConfig } from '../../shared/config.ts'
import { PeerscopeError } from '../../shared/errors.ts'

/** For options that may be given more than once. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}

/** A parser for a whole number within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
    }
    return value
  }
}

/** Adds one flag for each setting of discovery, named after it. */
export function addConfigFlags(command: Command): Command {
  for (const field of CONFIG_FIELDS) {
    const fallback = field.default === null ? 'none' : defaultWords(field)
    command.addOption(
      new Option(`--${field.flag} <${placeholder(field)}>`, `${field.help} (default: ${fallback})`)
        .argParser((text: string) => refuseAsUsage(() => parseField(field, text), field))
        .helpGroup('Discovery:'),
    )
  }
  return command
}

/**
 * The settings among a command's parsed options.
 * @throws InvalidArgument when they do not go together
 */
export function configFrom(options: Readonly<Record<string, unknown>>): Partial<DiscoveryConfig> {
  const given = Object.fromEntries(
    CONFIG_FIELDS.filter((field) => options[field.name] !== undefined).map((field) => [
      field.name,
      options[field.name],
    ]),
  ) as Partial<DiscoveryConfig>
  resolveConfig(given)
  return given
}

function defaultWords(field: ConfigField): string {
  return field.type === 'duration' && typeof field.default === 'number'
    ? formatDuration(field.default)
    : String(field.default)
}

function placeholder(field: ConfigField): string {
  switch (field.type) {
    case 'duration':
    case 'optional-duration':
      return 'duration'
    case 'ratio':
    case 'count':
      return 'number'
    case 'boolean':
      return 'true|false'
  }
}

function refuseAsUsage<T>(parse: () => T, field: ConfigField): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof PeerscopeError) throw new InvalidArgumentError(`It must be ${describeRange(field)}.`)
    throw error
  }
}

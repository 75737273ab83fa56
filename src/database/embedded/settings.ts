const DEFAULTS = {
  max_connections: '60',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  fsync: 'on',
  synchronous_commit: 'on',
}

export const PORT = 5432

export interface Place {
  data: string
  clusterName: string
  socketDirectory: string
}

/** Command line of the server. What makes it ours (no TCP, where the socket is, how it is recognised) cannot be overridden. */
export function serverArguments(place: Place, overrides: Record<string, string>): string[] {
  const settings = {
    ...DEFAULTS,
    ...overrides,
    listen_addresses: '',
    port: String(PORT),
    // A list of names: quoted, so that a comma in DATA_DIR does not make two of it.
    unix_socket_directories: `"${place.socketDirectory.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    cluster_name: place.clusterName,
    log_destination: 'stderr',
    logging_collector: 'off',
  }
  return ['-D', place.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

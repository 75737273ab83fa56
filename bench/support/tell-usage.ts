// Preloaded into a measured server: its parent asks what CPU it has used, and it ends with its parent.
process.on('message', (asked) => void (asked === 'usage' && process.send?.(process.cpuUsage())))
process.on('disconnect', () => process.exit())
process.channel?.unref()

/** The storeys of the house: every arrow points down. Which room may know which is told in ARCHITECTURE.md. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: [...allowed, from].map((room) => (room.startsWith('^') ? room : `^src/${room}`)) },
})

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('types know nothing', '^src/types/', []),
    only('policy knows types', '^src/policy/', ['types/']),
    only('credentials know types', '^src/credentials/', ['types/']),
    only('errors know nothing', '^src/errors/', []),
    only('database knows types', '^src/database/', ['types/']),
    only('queries know the database', '^src/queries/', ['database/', 'types/', 'policy/']),
    only('stores know queries', '^src/stores/', ['queries/', 'database/', 'types/', 'policy/']),
    only('services decide', '^src/services/', [
      'queries/',
      'stores/',
      'policy/',
      'credentials/',
      'database/',
      'errors/',
      'types/',
      'context\\.ts',
    ]),
    only('middleware asks', '^src/middleware/', [
      'stores/',
      'policy/',
      'credentials/',
      'errors/',
      'types/',
      'context\\.ts',
    ]),
    only('routes declare', '^src/routes/', [
      'services/[^/]+\\.service\\.ts$',
      'policy/',
      'types/',
      'errors/',
      'context\\.ts',
      'middleware/multi-tenant/question\\.ts',
      'app\\.ts',
      'plugins/',
    ]),
    {
      name: 'only the database speaks to PostgreSQL',
      severity: 'error',
      from: { path: '^src', pathNot: ['^src/database/', '^src/plugins/errors\\.ts$'] },
      to: { path: 'node_modules/pg/' },
    },
    {
      name: 'only doors know Fastify',
      severity: 'error',
      from: { path: '^src/(services|queries|policy|stores|types|credentials|database|errors|middleware)/' },
      to: { path: 'node_modules/(@fastify|fastify)/' },
    },
    {
      name: 'the server does not know its tests',
      severity: 'error',
      from: { path: '^src', pathNot: '\\.test\\.ts$' },
      to: { path: '^(test|bench|scripts)/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}

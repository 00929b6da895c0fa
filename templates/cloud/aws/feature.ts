import { defineFeature } from '../../../core/feature.ts';

/** Regions of the commercial partition that have everything the templates use, without those that are opened on request. */
const regions = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-2',
];

export default defineFeature({
  label: 'Amazon Web Services',
  hint: 'EKS, RDS and ElastiCache, one account for each environment',
  defaults: { region: 'eu-central-1', secrets: 'external-secrets' },
  rules: [
    {
      min: { name: 2 },
      because: 'ECR keeps images under the name of the service, and wants a longer one',
    },
    {
      when: 'database=postgres+managed',
      max: { namespace: 54 },
      because: 'beside it there is a namespace with `-database` behind its name, for the job that sets up the database',
    },
    { noneOf: { namespace: ['external-dns'] }, because: 'the controller that keeps names in DNS has this namespace' },
    {
      needs: 'secrets=external-secrets',
      because:
        'AWS draws the passwords of its stores itself and keeps them outside the cluster, from where they are copied',
    },
    {
      oneOf: { region: regions },
      because: 'this is no region of AWS in which every account finds three zones and all services that are used',
    },
    {
      // Grace period = 30 s + the stream; it must fit into the deregistration delay of a target group, at most 3600 s.
      max: { maxStreamSeconds: 3570 },
      because: 'a load balancer of AWS keeps a leaving instance for at most an hour, 30 s of which are for the drain',
    },
  ],
  fulfils: [
    {
      port: 'postgres',
      when: 'database=postgres+managed',
      gives: {
        host: { handed: 'postgres_host' },
        port: '5432',
        database: 'app',
        user: 'service',
        migrator: 'migrator',
        password: '',
        sslmode: 'verify-full',
        rootcert: '/app/app/certs/rds.pem',
        auth: 'iam',
      },
    },
    {
      port: 'valkey',
      when: 'cache=valkey+managed',
      gives: {
        host: { handed: 'valkey_host' },
        port: '6379',
        user: 'service',
        password: { stored: 'valkey/password' },
        tls: 'true',
      },
    },
    { port: 'database-token', when: 'database=postgres+managed', gives: { provider: 'iam' } },
    { port: 'secret-store', gives: {} },
    { port: 'gateway-class', gives: { className: 'alb' } },
    { port: 'ci-identity', gives: {} },
  ],
  seeds: [
    'infra/aws/bootstrap/production.tfvars',
    'infra/aws/bootstrap/staging.tfvars',
    'infra/aws/envs/production/postgres.auto.tfvars',
    'infra/aws/envs/production/terraform.tfvars',
    'infra/aws/envs/production/valkey.auto.tfvars',
    'infra/aws/envs/staging/postgres.auto.tfvars',
    'infra/aws/envs/staging/terraform.tfvars',
    'infra/aws/envs/staging/valkey.auto.tfvars',
    'infra/aws/registry/terraform.tfvars',
  ],
  gives: {
    settings: [
      {
        name: 'AWS_REGION',
        type: 'str',
        default: 'eu-central-1',
        help: 'Region of the database, which its tokens name',
        from: 'answer.region',
      },
    ],
    integrations: [{ role: 'database-token', id: 'iam', module: 'aws_rds', symbol: 'RdsTokens' }],
    perEnv: { protectBalancer: { type: 'str', staging: 'false', production: 'true' } },
    handed: {
      certificate_arn: 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
      data_cidr: '10.0.16.0/20',
      load_balancer_cidr: '10.0.0.0/20',
      postgres_host: 'my-rag-{env}.c1example.eu-central-1.rds.amazonaws.com',
      postgres_secret_arn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-example-AbCdEf',
      secret_reader_arn: 'arn:aws:iam::111122223333:role/my-rag-{env}-secret-reader',
      valkey_host: 'master.my-rag-{env}.example.euc1.cache.amazonaws.com',
      web_acl_arn: 'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/my-rag-{env}/example',
    },
  },
});

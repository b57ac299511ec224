import { CfnResource, Stack } from 'aws-cdk-lib';
import { MultiRegionEndpoint } from '../../../src';
import { CorpusApp } from '../corpus';

const TYPES = [
  'AmazonMQ::Broker', 'Amplify::App', 'ApiGateway::RestApi', 'ApiGatewayV2::Api', 'AppConfig::Application', 'AppRunner::Service', 'AppSync::GraphQLApi',
  'ApplicationAutoScaling::ScalableTarget', 'Athena::WorkGroup', 'AutoScaling::AutoScalingGroup', 'Backup::BackupVault', 'Batch::ComputeEnvironment',
  'Bedrock::Agent', 'Budgets::Budget', 'CertificateManager::Certificate', 'Chatbot::SlackChannelConfiguration', 'CloudFront::Distribution',
  'CloudTrail::Trail', 'CloudWatch::Alarm', 'CloudWatch::Dashboard', 'CodeArtifact::Domain', 'CodeBuild::Project', 'CodeCommit::Repository',
  'CodeDeploy::Application', 'CodePipeline::Pipeline', 'Cognito::UserPool', 'Cognito::UserPoolClient', 'Config::ConfigRule', 'DAX::Cluster',
  'DMS::ReplicationInstance', 'DocDB::DBCluster', 'DynamoDB::GlobalTable', 'DynamoDB::Table', 'EC2::EIP', 'EC2::FlowLog', 'EC2::Instance',
  'EC2::LaunchTemplate', 'EC2::NatGateway', 'EC2::SecurityGroup', 'EC2::Subnet', 'EC2::VPC', 'EC2::VPCEndpoint', 'ECR::Repository', 'ECS::Cluster',
  'ECS::Service', 'ECS::TaskDefinition', 'EFS::FileSystem', 'EKS::Cluster', 'ElastiCache::ReplicationGroup', 'ElasticLoadBalancingV2::Listener',
  'ElasticLoadBalancingV2::LoadBalancer', 'ElasticLoadBalancingV2::TargetGroup', 'Events::Rule', 'FSx::FileSystem', 'Glue::Job', 'GuardDuty::Detector',
  'IAM::Group', 'IAM::InstanceProfile', 'IAM::User', 'IoT::Thing', 'KMS::Alias', 'KMS::Key', 'Kinesis::Stream', 'KinesisFirehose::DeliveryStream',
  'Lambda::EventSourceMapping', 'Lambda::LayerVersion', 'Logs::MetricFilter', 'MSK::Cluster', 'OpenSearchService::Domain', 'RDS::DBInstance', 'Redshift::Cluster',
  'Route53::HostedZone', 'Route53::RecordSet', 'S3::Bucket', 'SNS::Topic', 'SQS::Queue', 'SSM::Document', 'Scheduler::Schedule', 'SecretsManager::Secret',
  'ServiceDiscovery::Service', 'StepFunctions::Activity', 'WAFv2::WebACL',
];

interface Many {
  readonly description?: string;
  readonly types?: number;
  readonly secondaryRegion?: string;
}

/** A resource of each type, each with the id and an attribute of the one before it; the endpoint comes last. */
export const MANY_TYPES: CorpusApp<Many> = {
  name: `${TYPES.length} native types`,
  from: {},
  build: (app, { description = 'first', types = TYPES.length, secondaryRegion = 'eu-central-1' }) => {
    const stack = new Stack(app, 'Many', { env: { region: 'eu-west-1', account: '111122223333' } });
    let before: CfnResource | undefined;
    for (const type of TYPES.slice(0, types)) {
      const properties = before && { Before: before.ref, BeforeArn: before.getAtt('Arn') };
      before = new CfnResource(stack, type.replace('::', ''), { type: `AWS::${type}`, properties: { Description: description, ...properties } });
    }
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion }).node.addDependency(before!);
  },
  changes: [
    { what: 'a property of all of them', to: { description: 'second' }, outcome: 'harmless', changes: {} },
    { what: 'two of them less', to: { types: TYPES.length - 2 }, outcome: 'harmless', changes: {} },
    { what: 'the endpoint', to: { secondaryRegion: 'us-east-1' }, outcome: 'disruptive', changes: { 'Many/Endpoint': 'replaced' } },
  ],
};

import { execFile } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedOnce, cacheFolder } from './machine.ts';

export const KAFKA_VERSION = '4.4.0';
const SLF4J_VERSION = '1.7.36';

/** The jars of a real broker, resolved once by Maven; in a fixed order, since the class archive belongs to it. */
export async function kafkaClasspath(log: (line: string) => void): Promise<string> {
  const folder = await cachedOnce(cacheFolder('kafka', KAFKA_VERSION, 'jars'), async (into) => {
    log(`fetching Kafka ${KAFKA_VERSION} (43 MB, once)`);
    const pom = join(into, 'pom.xml');
    writeFileSync(pom, POM);
    await promisify(execFile)('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${into}`]);
    rmSync(pom);
  });
  const jars = readdirSync(folder).filter((file) => file.endsWith('.jar'));
  return jars.sort().map((jar) => join(folder, jar)).join(':');
}

const dependency = (group: string, artifact: string, version: string) =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>youdian</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', KAFKA_VERSION)}
${dependency('org.slf4j', 'slf4j-simple', SLF4J_VERSION)}
</dependencies></project>
`;

/**
 * Hot tables and counters in DynamoDB. Entry points: {@link
 * dev.sluice.nosql.dynamodb.DynamoDbHotStore} and {@link
 * dev.sluice.nosql.dynamodb.DynamoDbCounters}. Needs {@code software.amazon.awssdk:dynamodb}.
 */
@NullMarked
package dev.sluice.nosql.dynamodb;

import org.jspecify.annotations.NullMarked;

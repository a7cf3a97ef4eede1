package dev.sluice.nosql.dynamodb;

import dev.sluice.nosql.HotStoreException;
import dev.sluice.nosql.OutcomeUnknownException;
import dev.sluice.nosql.ThrottledException;
import dev.sluice.nosql.UnavailableException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.RequestLimitExceededException;
import software.amazon.awssdk.services.dynamodb.model.ThrottlingException;
import software.amazon.awssdk.services.dynamodb.model.ThrottlingReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** What an exception of the SDK says of the effect. What is not understood counts as doubt. */
final class Failures {
  private Failures() {}

  static HotStoreException of(SdkException e) {
    HotStoreException found = classify(e);
    boolean definite = !(found instanceof OutcomeUnknownException);
    if (definite && repeated(e)) {
      // The client's own repetition: an earlier attempt, of which nothing is known, may have been
      // made.
      return new OutcomeUnknownException("failed after attempts hidden by the client", e);
    }
    return found;
  }

  /** Whether the client itself has repeated the call. */
  static boolean repeated(SdkException e) {
    Integer attempts = e.numAttempts();
    return attempts != null && attempts > 1;
  }

  private static HotStoreException classify(SdkException e) {
    if (e instanceof ProvisionedThroughputExceededException p) {
      return throttled(p.throttlingReasons(), "ProvisionedThroughputExceeded", e);
    }
    if (e instanceof ThrottlingException t) {
      return throttled(t.throttlingReasons(), "Throttling", e);
    }
    if (e instanceof RequestLimitExceededException r) {
      return throttled(r.throttlingReasons(), "RequestLimitExceeded", e);
    }
    if (e instanceof TransactionConflictException) {
      return new UnavailableException("a transaction holds the item", e);
    }
    if (e instanceof AwsServiceException service) {
      if (e instanceof InternalServerErrorException || service.statusCode() >= 500) {
        return new OutcomeUnknownException("the server failed, status " + service.statusCode(), e);
      }
      String code =
          service.awsErrorDetails() == null ? "unknown" : service.awsErrorDetails().errorCode();
      if ("ThrottlingException".equals(code) || "RequestLimitExceeded".equals(code)) {
        return throttled(List.of(), code, e);
      }
      return new HotStoreException("refused by DynamoDB: " + code, e);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
        return new UnavailableException("DynamoDB cannot be reached", e);
      }
    }
    return new OutcomeUnknownException("no answer of DynamoDB", e);
  }

  private static ThrottledException throttled(
      List<ThrottlingReason> reasons, String code, SdkException e) {
    String reason = code;
    for (ThrottlingReason given : reasons) {
      if (given.reason() != null) {
        reason = given.reason();
        break;
      }
    }
    return new ThrottledException(reason, advice(reason), e);
  }

  /** The reasons are {Table, Index} {Read, Write} {limit}. */
  static String advice(String reason) {
    String index = reason.startsWith("Index") ? "an index" : "the table";
    String kind = reason.contains("Write") ? "writes" : reason.contains("Read") ? "reads" : "calls";
    String advice;
    if (reason.contains("KeyRange")) {
      advice = "one partition key takes too many; spread it over more keys or a sharded counter";
    } else if (reason.contains("MaxOnDemand")) {
      advice = "its configured maximum is reached; raise the on-demand maximum";
    } else if (reason.contains("Account") || reason.contains("RequestLimit")) {
      advice = "the limit of the account is reached; ask AWS for a higher quota";
    } else if (reason.contains("Provisioned")) {
      advice = "the provisioned capacity is used up; raise it, or switch to on-demand";
    } else {
      advice = "slow down, or raise the capacity";
    }
    return "DynamoDB throttles " + kind + " of " + index + " (" + reason + "): " + advice;
  }
}

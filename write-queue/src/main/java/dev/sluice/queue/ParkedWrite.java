package dev.sluice.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A write, or a whole message, that was accepted and not applied.
 *
 * @param id number in {@code sluice_parked}; grows in the order of parking
 * @param lane its lane
 * @param producer who sent it; zeros if the message could not be read
 * @param sequence number of its pack; 0 if the message could not be read
 * @param index place in the pack from 0; -1 for a whole message
 * @param reason {@code rejected} or {@code foreign-key} by the database; {@code behind} another one
 *     of its key; of messages: {@code unreadable}, {@code unknown-history}, {@code lanes-mismatch},
 *     {@code other-queue}
 * @param sqlState of the database's error
 * @param vendorCode of the database's error, or 0
 * @param parkedAt when
 * @param body the write as JSON, or the message as it came; contains data
 */
public record ParkedWrite(
    long id,
    int lane,
    String producer,
    long sequence,
    int index,
    String reason,
    @Nullable String sqlState,
    int vendorCode,
    Instant parkedAt,
    String body) {
  /** Without the body, which is data. */
  @Override
  public String toString() {
    return "ParkedWrite[id=%d, lane=%d, pack=%s/%d, index=%d, reason=%s, sqlState=%s, vendorCode=%d, parkedAt=%s]"
        .formatted(id, lane, producer, sequence, index, reason, sqlState, vendorCode, parkedAt);
  }
}

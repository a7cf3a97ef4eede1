package dev.sluice.demo.shop;

/** Step 5: hot table and counters in DynamoDB. */
public final class DynamoFloor extends Layer {
  private final PageViews views;
  private final Shop shop;

  /**
   * Opens the counters.
   *
   * @param below the step before
   * @param dynamoDb the tables
   */
  public DynamoFloor(ShopFloor below, DynamoDb dynamoDb) {
    super(below);
    views = new PageViews(dynamoDb.views());
    shop = new DynamoShop(below.shop(), dynamoDb.orders(), views);
  }

  @Override
  public Shop shop() {
    return shop;
  }

  @Override
  public void close() {
    views.close();
    super.close();
  }
}

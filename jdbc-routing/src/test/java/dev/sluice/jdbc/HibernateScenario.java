package dev.sluice.jdbc;

import dev.sluice.testkit.DatabaseEngine;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;

/** What applications do through Hibernate. */
final class HibernateScenario implements FrameworksIT.Scenario {
  /** The one side. */
  @Entity(name = "Author")
  @Table(name = "fw_author")
  static class Author {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Integer id;

    @Column(unique = true)
    String name;

    @Version int version;

    @OneToMany(mappedBy = "author")
    List<Book> books = new ArrayList<>();
  }

  /** The many side. */
  @Entity(name = "Book")
  @Table(name = "fw_book")
  static class Book {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE)
    Integer id;

    String title;

    @ManyToOne Author author;
  }

  @Override
  public List<String> run(DataSource source, DatabaseEngine engine) {
    List<String> seen = new ArrayList<>();
    Configuration configuration = new Configuration();
    configuration.addAnnotatedClass(Author.class);
    configuration.addAnnotatedClass(Book.class);
    configuration.getProperties().put(AvailableSettings.JAKARTA_NON_JTA_DATASOURCE, source);
    configuration.setProperty(AvailableSettings.HBM2DDL_AUTO, "create-drop");
    configuration.setProperty(AvailableSettings.STATEMENT_BATCH_SIZE, "5");
    try (SessionFactory sessions = configuration.buildSessionFactory()) {
      entities(sessions, seen);
      locks(sessions, seen);
      queries(sessions, seen);
    }
    return seen;
  }

  private static void entities(SessionFactory sessions, List<String> seen) {
    sessions.inTransaction(
        session -> {
          Author author = new Author();
          author.name = "first";
          session.persist(author);
          for (int i = 0; i < 12; i++) {
            Book book = new Book();
            book.title = "book " + i;
            book.author = author;
            session.persist(book);
          }
        });
    seen.add("lazy " + sessions.fromSession(s -> s.find(Author.class, 1).books.size()));
    sessions.inTransaction(session -> session.find(Author.class, 1).name = "FIRST");
    seen.add("changed " + sessions.fromSession(s -> s.find(Author.class, 1).name));
    seen.add(
        "duplicate "
            + failure(
                () ->
                    sessions.inTransaction(
                        session -> {
                          Author author = new Author();
                          author.name = "FIRST";
                          session.persist(author);
                        })));
    try (StatelessSession stateless = sessions.openStatelessSession()) {
      stateless.beginTransaction();
      Author second = new Author();
      second.name = "second";
      stateless.insert(second);
      stateless.getTransaction().commit();
      seen.add("stateless " + stateless.get(Author.class, second.id).name);
    }
  }

  private static void locks(SessionFactory sessions, List<String> seen) {
    try (Session one = sessions.openSession();
        Session two = sessions.openSession()) {
      one.beginTransaction();
      two.beginTransaction();
      one.find(Author.class, 1).name = "by one";
      two.find(Author.class, 1).name = "by two";
      one.getTransaction().commit();
      seen.add("optimistic " + failure(() -> two.getTransaction().commit()));
    }
    seen.add(
        "pessimistic "
            + sessions.fromTransaction(
                session -> session.find(Author.class, 1, LockModeType.PESSIMISTIC_WRITE).name));
    try (Session session = sessions.openSession()) {
      session.setDefaultReadOnly(true);
      session.beginTransaction();
      session.doWork(connection -> connection.setReadOnly(true));
      seen.add("read only " + session.createQuery("from Book", Book.class).getResultList().size());
      session.getTransaction().commit();
      session.doWork(connection -> connection.setReadOnly(false));
    }
  }

  private static void queries(SessionFactory sessions, List<String> seen) {
    seen.add(
        "bulk "
            + sessions.fromTransaction(
                s ->
                    s.createMutationQuery("update Book set title = concat(title, '!') where id > 3")
                        .executeUpdate()));
    seen.add(
        "joined "
            + sessions.fromSession(
                s ->
                    s.createQuery(
                            "select b.title from Book b join b.author a where a.name = :n"
                                + " order by b.id",
                            String.class)
                        .setParameter("n", "by one")
                        .setMaxResults(3)
                        .setFirstResult(1)
                        .getResultList()));
    seen.add(
        "native "
            + sessions.fromSession(
                s ->
                    s.createNativeQuery("SELECT COUNT(*) FROM fw_book", Long.class)
                        .getSingleResult()));
    seen.add(
        "scrolled "
            + sessions.fromSession(
                s -> {
                  int rows = 0;
                  try (var scroll =
                      s.createQuery("from Book order by id", Book.class).setFetchSize(2).scroll()) {
                    while (scroll.next()) {
                      rows += scroll.get().id > 0 ? 1 : 0;
                    }
                  }
                  return rows;
                }));
    seen.add(
        "removed "
            + sessions.fromTransaction(
                s -> s.createMutationQuery("delete from Book where id < 3").executeUpdate()));
    seen.add(
        "left "
            + sessions.fromSession(
                s -> s.createQuery("select count(b) from Book b", Long.class).getSingleResult()));
  }

  private static String failure(Runnable action) {
    try {
      action.run();
      return "nothing failed";
    } catch (OptimisticLockException e) {
      return "optimistic lock";
    } catch (PersistenceException e) {
      return e.getClass().getSimpleName();
    }
  }
}

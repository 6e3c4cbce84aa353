package stick;

/** A sum as notches. */
record Notches(long sum) {
    @Override
    public String toString() {
        return "|".repeat((int) Long.toString(sum).chars().map(c -> c - '0').sum());
    }
}

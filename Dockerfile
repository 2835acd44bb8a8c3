# The labs in a container, for Binder, Codespaces, VS Code or a Docker of your own: docs/places.md.
# Binder says here what its user is called, and by which number.
ARG NB_USER=student
ARG NB_UID=1000

FROM debian:trixie-slim AS debian
ARG NB_USER
ARG NB_UID
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git python3-venv \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --shell /bin/bash --uid ${NB_UID} ${NB_USER}
USER ${NB_USER}
# Some builders would make this folder as root.
RUN mkdir /home/${NB_USER}/course
WORKDIR /home/${NB_USER}/course
ENV PATH=/home/${NB_USER}/course/.venv/bin:${PATH}

# A development container ends above: it sets up the folder that it opens.
FROM debian
ARG NB_UID
COPY --chown=${NB_UID} . .
# Sets the labs up from requirements.lock, as on every machine; JupyterLab only says its version.
RUN python3 run.py --version && rm -rf ~/.cache
EXPOSE 8888
CMD ["python3", "run.py", "--ip=0.0.0.0", "--no-browser"]
